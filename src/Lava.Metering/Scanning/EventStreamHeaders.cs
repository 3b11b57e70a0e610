namespace Lava.Metering.Scanning;

/// <summary>
/// The headers of one event stream message: a name's length (1 byte), the name, the value's type (1 byte), the value. Two of them count,
/// <c>:message-type</c> and <c>:event-type</c>; the others are crossed. Takes its bytes in any pieces.
/// </summary>
internal struct EventStreamHeaders
{
    // The value types are 0 to 9: true, false, byte, short, int, long, bytes, string, timestamp, uuid.
    private const int Bytes = 6;
    private const int Text = 7;
    private const byte ByLength = 0xFF;

    private BoundedText _name;
    private BoundedText _value;
    private BoundedText _eventType;
    private State _state;
    private bool _isText;
    private int _left;

    private enum State : byte
    {
        NameLength,
        Name,
        Type,
        LengthHigh,
        LengthLow,
        Value,
    }

    /// <summary>Does the message tell a failure (an exception that the service models, or an error that it does not)?</summary>
    public bool IsError { get; private set; }

    /// <summary>Does no header stand open?</summary>
    public readonly bool IsComplete => _state == State.NameLength;

    private static ReadOnlySpan<byte> ValueLengths => [0, 0, 1, 2, 4, 8, ByLength, ByLength, 8, 16];

    /// <summary>The event's type; empty where none was told. The first 128 bytes.</summary>
    public readonly BoundedText EventType => _eventType;

    /// <summary>Expects the next message's headers.</summary>
    public void Clear()
    {
        _state = State.NameLength;
        _eventType.Clear();
        IsError = false;
    }

    /// <summary>Reads on; false where the bytes are no headers.</summary>
    public bool Scan(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_state is State.Name or State.Value)
            {
                var part = bytes[..Math.Min(bytes.Length, _left)];
                Take(part);
                bytes = bytes[part.Length..];
            }
            else if (Read(bytes[0]))
            {
                bytes = bytes[1..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private bool Read(byte b)
    {
        switch (_state)
        {
            case State.NameLength:
                _name.Clear();
                _left = b;
                _state = State.Name;
                return b > 0;
            case State.Type:
                return ReadType(b);
            case State.LengthHigh:
                _left = b << 8;
                _state = State.LengthLow;
                return true;
            default:
                BeginValue(_left | b);
                return true;
        }
    }

    private bool ReadType(byte type)
    {
        if (type >= ValueLengths.Length)
        {
            return false;
        }

        _value.Clear();
        _isText = type == Text;
        if (type is Bytes or Text)
        {
            _state = State.LengthHigh;
        }
        else
        {
            BeginValue(ValueLengths[type]);
        }

        return true;
    }

    private void BeginValue(int length)
    {
        _left = length;
        _state = State.Value;
        if (length == 0)
        {
            EndValue();
        }
    }

    private void Take(ReadOnlySpan<byte> part)
    {
        _left -= part.Length;
        if (_state == State.Name)
        {
            _name.Append(part);
            _state = _left == 0 ? State.Type : State.Name;
            return;
        }

        _value.Append(part);
        if (_left == 0)
        {
            EndValue();
        }
    }

    private void EndValue()
    {
        _state = State.NameLength;
        if (!_isText)
        {
            return;
        }

        if (_name.Is(":message-type"u8))
        {
            IsError = _value.Is("exception"u8) || _value.Is("error"u8);
        }
        else if (_name.Is(":event-type"u8))
        {
            _eventType = _value;
        }
    }
}
