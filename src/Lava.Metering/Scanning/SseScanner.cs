namespace Lava.Metering.Scanning;

/// <summary>
/// Splits an event stream into lines (LF, CRLF, CR, mixed), picks the data and hands it to the JSON scanner. A line that lies whole
/// in the piece at hand and begins as the one before did is read from where they differ. A line in pieces is read as it comes; nothing is
/// kept of it.
/// </summary>
internal struct SseScanner
{
    // "event" is the longest field name that matters; 8 bytes fit a word.
    private const int FieldMax = 8;

    private StreamPrefix _prefix;
    private ulong _field;
    private State _state;
    private byte _fieldLength;
    private byte _matched;
    private byte _bom;
    private bool _skipLineFeed;

    private enum State : byte
    {
        ByteOrderMark,
        Field,
        BeforeData,
        Data,
        Sentinel,
        BeforeEvent,
        Event,
        Ignored,
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Done => "[DONE]"u8;

    private static ReadOnlySpan<byte> ErrorEvent => "error"u8;

    /// <summary>Reads the next piece of the stream.</summary>
    public void Scan<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ReadOnlySpan<byte> bytes)
        where TReader : struct, IResponseReader
    {
        while (!bytes.IsEmpty)
        {
            if (_skipLineFeed)
            {
                _skipLineFeed = false;
                if (bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = ShortSearch.IndexOfEither(bytes, (byte)'\n', (byte)'\r');
            if (end < 0)
            {
                ReadPart(ref reader, ref json, facts, bytes);
                return;
            }

            var line = bytes[..end];
            if (_state != State.Field || _fieldLength != 0 || !TryReadWhole(ref reader, ref json, facts, line))
            {
                ReadPart(ref reader, ref json, facts, line);
                EndLine(ref reader, ref json, facts);
            }

            _skipLineFeed = bytes[end] == '\r';
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The stream has ended: what is open is given up.</summary>
    public void End<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts)
        where TReader : struct, IResponseReader
    {
        EndLine(ref reader, ref json, facts);
        EndEvent(ref reader, ref json);
    }

    // The lines that most of a stream consists of, each at one go; false: it is read the long way.
    private bool TryReadWhole<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ReadOnlySpan<byte> line)
        where TReader : struct, IResponseReader
    {
        if (line.IsEmpty)
        {
            EndEvent(ref reader, ref json);
            return true;
        }

        if (line.StartsWith("event:"u8))
        {
            facts.IsError |= line[6..].TrimStart((byte)' ').SequenceEqual(ErrorEvent);
            return true;
        }

        return !TReader.DeltaKey.IsEmpty
            && !json.IsOpen
            && line.StartsWith("data:"u8)
            && _prefix.TryRead(ref reader, ref json, facts, line);
    }

    private void ReadPart<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ReadOnlySpan<byte> part)
        where TReader : struct, IResponseReader
    {
        var at = 0;
        while (at < part.Length)
        {
            switch (_state)
            {
                case State.ByteOrderMark:
                    at += ReadByteOrderMark(part[at]);
                    break;
                case State.Field:
                    ReadField(part[at++]);
                    break;
                case State.BeforeData when part[at] == ' ':
                    at++;
                    break;
                case State.BeforeData:
                    BeginData(ref json, part[at]);
                    break;
                case State.Data:
                    json.Scan(ref reader, part[at..]);
                    return;
                case State.Sentinel:
                    ReadSentinel(facts, part[at++]);
                    break;
                case State.BeforeEvent when part[at] == ' ':
                    at++;
                    break;
                case State.BeforeEvent or State.Event:
                    _state = State.Event;
                    Match(ErrorEvent, part[at++]);
                    break;
                default:
                    return;
            }
        }
    }

    private int ReadByteOrderMark(byte b)
    {
        if (_bom < ByteOrderMark.Length && b == ByteOrderMark[_bom])
        {
            _bom++;
            return 1;
        }

        _state = State.Field;
        return 0;
    }

    private void ReadField(byte b)
    {
        if (b != ':')
        {
            // A name that is too long is none of ours, whatever its first bytes.
            _field = _fieldLength < FieldMax ? (_field << 8) | b : 0;
            _fieldLength = (byte)Math.Min(_fieldLength + 1, FieldMax + 1);
            return;
        }

        _matched = 0;
        _state = _field switch
        {
            0x64617461 when _fieldLength == 4 => State.BeforeData, // "data"
            0x6576656E74 when _fieldLength == 5 => State.BeforeEvent, // "event"
            _ => State.Ignored,
        };
    }

    // Data goes on in the value that is open (multi-line data); else it begins one. Hosts that forget the blank line are served too.
    private void BeginData(ref JsonPathScanner json, byte first)
    {
        if (!json.IsOpen && first == '[')
        {
            _state = State.Sentinel;
            return;
        }

        _state = State.Data;
        _prefix.Clear();
        if (!json.IsOpen)
        {
            json.Start(Node.Root);
        }
    }

    private void ReadSentinel(ResponseFacts facts, byte b)
    {
        Match(Done, b);
        facts.IsTerminal |= _matched == Done.Length;
    }

    // One past the length: something else.
    private void Match(ReadOnlySpan<byte> text, byte b) =>
        _matched = _matched < text.Length && b == text[_matched] ? (byte)(_matched + 1) : (byte)(text.Length + 1);

    private void EndLine<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts)
        where TReader : struct, IResponseReader
    {
        if (_state is State.Field or State.ByteOrderMark && _fieldLength == 0)
        {
            EndEvent(ref reader, ref json);
        }
        else if (_state == State.Data)
        {
            json.Scan(ref reader, "\n"u8);
        }
        else if (_state == State.Event && _matched == ErrorEvent.Length)
        {
            facts.IsError = true;
        }

        _state = State.Field;
        _field = 0;
        _fieldLength = 0;
    }

    private static void EndEvent<TReader>(ref TReader reader, ref JsonPathScanner json)
        where TReader : struct, IResponseReader
    {
        if (json.IsOpen)
        {
            reader.Drop();
        }

        json.Stop();
    }
}
