using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>
/// Walks one JSON value, in as many pieces as it comes, and tells a reader about the members that it knows. Nothing is kept but the
/// state: no recursion, no buffer except a split key's. Subtrees that the reader does not know are crossed by vectorised searches
/// that look at brackets and quotes only; it proves no validity, it finds known members and stays in step.
/// </summary>
internal partial struct JsonPathScanner
{
    // Known members stand at most 7 deep (a Gemini part's text, within a stream's array).
    private const int KnownDepthMax = 16;

    // The longest known key has 33 bytes.
    private const int KeyMax = 40;

    /// <summary>Does the caller commit the root value? Then what surrounds it must prove right first.</summary>
    public bool DefersCommit;

    private Nodes _nodes;
    private Key _key;
    private DecimalNumber _number;
    private JsonEscape _escape;
    private State _state;
    private byte _node;
    private byte _depth;
    private byte _keyLength;
    private ushort _arrays;
    private int _skipped;

    private enum State : byte
    {
        Idle,
        Value,
        FirstElement,
        FirstKey,
        NextKey,
        KeyText,
        KeyEscape,
        Colon,
        Text,
        TextEscape,
        Number,
        NumberText,
        Scalar,
        Skip,
        SkipText,
        SkipTextEscape,
        AfterValue,
        Complete,
        Malformed,
    }

    /// <summary>Is a value begun and not yet complete? A malformed one stays open until it is given up.</summary>
    public readonly bool IsOpen => _state is not (State.Idle or State.Complete);

    /// <summary>Has the value been read to its end?</summary>
    public readonly bool IsComplete => _state == State.Complete;

    /// <summary>Is it no JSON value? Then bytes are ignored until it is given up.</summary>
    public readonly bool IsMalformed => _state == State.Malformed;

    /// <summary>Does the value of this node come next?</summary>
    public readonly bool IsBefore(byte node) => _state == State.Value && _node == node;

    /// <summary>Expects a value, that of <paramref name="node"/>.</summary>
    public void Start(byte node)
    {
        _depth = 0;
        _arrays = 0;
        _node = node;
        _state = State.Value;
    }

    /// <summary>Expects nothing; bytes are ignored until <see cref="Start"/>.</summary>
    public void Stop() => _state = State.Idle;

    /// <summary>Reads on, at most to the end of the value; says how many bytes were looked at.</summary>
    public int Scan<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes)
        where TReader : struct, IResponseReader
    {
        var at = 0;
        while (at < bytes.Length)
        {
            switch (_state)
            {
                case State.Value or State.FirstElement:
                    at = ReadValue(ref reader, bytes, at);
                    break;
                case State.FirstKey or State.NextKey:
                    at = ReadKeyStart(ref reader, bytes, at);
                    break;
                case State.KeyText:
                    at = ReadKey(ref reader, bytes, at);
                    break;
                case State.KeyEscape:
                    at = ReadEscape(ref reader, bytes, at, State.KeyText);
                    break;
                case State.Colon:
                    at = ReadColon(ref reader, bytes, at);
                    break;
                case State.Text:
                    at = ReadText(ref reader, bytes, at);
                    break;
                case State.TextEscape:
                    at = ReadEscape(ref reader, bytes, at, State.Text);
                    break;
                case State.Number:
                    at = ReadNumber(ref reader, bytes, at);
                    break;
                case State.NumberText:
                    at = ReadNumberText(ref reader, bytes, at);
                    break;
                case State.Scalar:
                    at = ReadScalar(bytes, at);
                    break;
                case State.Skip:
                    at = Skip(bytes, at);
                    break;
                case State.SkipText:
                    at = SkipText(bytes, at);
                    break;
                case State.SkipTextEscape:
                    at++;
                    _state = State.SkipText;
                    break;
                case State.AfterValue:
                    at = ReadAfterValue(ref reader, bytes, at);
                    break;
                default:
                    return _state == State.Complete ? at : bytes.Length;
            }
        }

        return at;
    }

    private int ReadValue<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        var b = bytes[at];
        switch (b)
        {
            case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                return at + 1;
            case (byte)'"' when _node == 0:
                _skipped = 0;
                return SkipText(bytes, at + 1);
            case (byte)'"' when _node >= Node.Counts:
                _number = default;
                return ReadNumberText(ref reader, bytes, at + 1);
            case (byte)'"':
                reader.BeginString(_node);
                return ReadText(ref reader, bytes, at + 1);
            case (byte)'{' or (byte)'[':
                Open(ref reader, isArray: b == '[');
                return at + 1;
            case (byte)']' when _state == State.FirstElement:
                Close(ref reader, isArray: true);
                return at + 1;
        }

        if (_depth == 0 && b is (0xEF or 0xBB or 0xBF))
        {
            // A byte order mark; other uses of these bytes outside strings are malformed anyway.
            return at + 1;
        }

        // A bare scalar at the root is no response, nor is HTML: such a value never began.
        if (_depth == 0)
        {
            _state = State.Idle;
            return at;
        }

        if (b is (byte)'}' or (byte)']' or (byte)',' or (byte)':')
        {
            _state = State.Malformed;
            return at;
        }

        if (_node == 0 || b is (byte)'n' or (byte)'t' or (byte)'f')
        {
            // Where a number is wanted, a truth is none; elsewhere "false" may say that there is no error.
            if (b == 't' ? _node != 0 : b == 'f' && _node >= Node.Counts)
            {
                reader.Number(_node, default);
            }

            return ReadScalar(bytes, at);
        }

        if (DecimalNumber.TryReadWhole(bytes[at..], out _number, out var length) && ScalarStops.Contains(bytes[at + length]))
        {
            reader.Number(_node, _number);
            EndScalar();
            return at + length;
        }

        _number = default;
        return ReadNumber(ref reader, bytes, at);
    }

    private void Open<TReader>(ref TReader reader, bool isArray)
        where TReader : struct, IResponseReader
    {
        var element = isArray && _node != 0 ? reader.Element(_node) : _node;
        if (element == 0)
        {
            if (_node != 0)
            {
                // An array at a place that has no elements: no number, where one is wanted.
                reader.Number(_node, default);
            }

            _skipped = 1;
            _state = State.Skip;
            return;
        }

        if (_depth == KnownDepthMax)
        {
            _state = State.Malformed;
            return;
        }

        _nodes[_depth] = _node;
        _arrays = (ushort)(isArray ? _arrays | (1 << _depth) : _arrays & ~(1 << _depth));
        _depth++;
        if (isArray)
        {
            _node = element;
            _state = State.FirstElement;
            return;
        }

        reader.BeginObject(_node);
        _state = State.FirstKey;
    }

    private void Close<TReader>(ref TReader reader, bool isArray)
        where TReader : struct, IResponseReader
    {
        if (_depth == 0 || InArray != isArray)
        {
            _state = State.Malformed;
            return;
        }

        _depth--;
        _state = _depth == 0 ? State.Complete : State.AfterValue;
        if (isArray)
        {
            return;
        }

        var node = _nodes[_depth];
        reader.EndObject(node);
        if (node == Node.Root && !DefersCommit)
        {
            reader.Commit();
        }
    }

    private int ReadKeyStart<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        var b = bytes[at];
        switch (b)
        {
            case (byte)'"':
                _keyLength = 0;
                _state = State.KeyText;
                return ReadKey(ref reader, bytes, at + 1);
            case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                return at + 1;
            case (byte)'}' when _state == State.FirstKey:
                Close(ref reader, isArray: false);
                return at + 1;
            default:
                _state = State.Malformed;
                return at;
        }
    }

    private int ReadColon<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        if (at == bytes.Length)
        {
            return at;
        }

        var b = bytes[at];
        if (b == ':')
        {
            _state = State.Value;
            at++;

            // Google and Python put one blank here.
            if (at < bytes.Length && bytes[at] == ' ')
            {
                at++;
            }

            return at < bytes.Length ? ReadValue(ref reader, bytes, at) : at;
        }

        if (b is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
        {
            _state = State.Malformed;
        }

        return at + 1;
    }

    private int ReadAfterValue<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        var b = bytes[at];
        switch (b)
        {
            case (byte)',' when InArray:
                _node = reader.Element(_nodes[_depth - 1]);
                _state = State.Value;
                break;
            case (byte)',':
                _state = State.NextKey;
                return at + 1 < bytes.Length ? ReadKeyStart(ref reader, bytes, at + 1) : at + 1;
            case (byte)'}' or (byte)']':
                Close(ref reader, isArray: b == ']');
                break;
            case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                break;
            default:
                _state = State.Malformed;
                return at;
        }

        return at + 1;
    }

    private readonly bool InArray => (_arrays & (1 << (_depth - 1))) != 0;

    private void EndScalar() => _state = _depth == 0 ? State.Complete : State.AfterValue;

    [InlineArray(KnownDepthMax)]
    private struct Nodes
    {
        private byte _first;
    }

    [InlineArray(KeyMax)]
    private struct Key
    {
        private byte _first;
    }
}
