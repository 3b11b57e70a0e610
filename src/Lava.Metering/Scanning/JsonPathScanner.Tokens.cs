using System.Buffers;
using System.Numerics;

namespace Lava.Metering.Scanning;

/// <content>The tokens: keys, texts, numbers, and what is skipped; each may end with the bytes at hand and go on with the next.</content>
internal partial struct JsonPathScanner
{
    // No provider nests a tenth of it; a body that does is hostile, and its usage stays unknown.
    private const int SkippedDepthMax = 1024;

    private static readonly SearchValues<byte> SkipStops = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarStops = SearchValues.Create(",]} \t\r\n"u8);

    private int ReadKey<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        var rest = bytes[at..];
        var stop = ShortSearch.IndexOfEither(rest, (byte)'\"', (byte)'\\');
        var part = stop < 0 ? rest : rest[..stop];
        if (stop >= 0 && rest[stop] == '"')
        {
            _node = _keyLength == 0 ? reader.Member(_nodes[_depth - 1], part) : FindMember(ref reader, part);
            _state = State.Colon;
            return ReadColon(ref reader, bytes, at + stop + 1);
        }

        AppendKey(part);
        if (stop < 0)
        {
            return bytes.Length;
        }

        _escape = default;
        _state = State.KeyEscape;
        return at + stop + 1;
    }

    // Off the usual way: a key in pieces or with escapes is put together first.
    private byte FindMember<TReader>(ref TReader reader, ReadOnlySpan<byte> lastPart)
        where TReader : struct, IResponseReader
    {
        AppendKey(lastPart);
        return _keyLength > KeyMax ? Node.None : reader.Member(_nodes[_depth - 1], ((ReadOnlySpan<byte>)_key)[.._keyLength]);
    }

    // A key that does not fit is none of the known ones: its length says so from then on.
    private void AppendKey(ReadOnlySpan<byte> part)
    {
        if (_keyLength + part.Length > KeyMax)
        {
            _keyLength = KeyMax + 1;
            return;
        }

        part.CopyTo(((Span<byte>)_key)[_keyLength..]);
        _keyLength += (byte)part.Length;
    }

    private int ReadText<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        _state = State.Text;
        var rest = bytes[at..];
        var stop = ShortSearch.IndexOfEither(rest, (byte)'\"', (byte)'\\');
        if (stop != 0)
        {
            reader.AppendString(_node, stop < 0 ? rest : rest[..stop]);
        }

        if (stop < 0)
        {
            return bytes.Length;
        }

        if (rest[stop] == '"')
        {
            reader.EndString(_node);
            EndScalar();
        }
        else
        {
            _escape = default;
            _state = State.TextEscape;
        }

        return at + stop + 1;
    }

    private int ReadEscape<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at, State back)
        where TReader : struct, IResponseReader
    {
        Span<byte> decoded = stackalloc byte[JsonEscape.MaxBytes];
        var written = _escape.Append(bytes[at], decoded);
        if (written < 0)
        {
            _state = State.Malformed;
            return at;
        }

        if (written > 0 && back == State.KeyText)
        {
            AppendKey(decoded[..written]);
            _state = back;
        }
        else if (written > 0)
        {
            reader.AppendString(_node, decoded[..written]);
            _state = back;
        }

        return at + 1;
    }

    private int ReadNumber<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        _state = State.Number;
        while (at < bytes.Length)
        {
            var b = bytes[at];
            if (!_number.TryAppend(b))
            {
                // NaN, 01, 1.2.3: told as a number that is none, and crossed, so that the rest can still be read.
                var isNumber = _number.IsComplete && ScalarStops.Contains(b);
                reader.Number(_node, isNumber ? _number : default);
                return ReadScalar(bytes, at);
            }

            at++;
        }

        return at;
    }

    // A count in quotes is that count (protobuf's JSON writes 64-bit integers so); any other text is a number that is none.
    private int ReadNumberText<TReader>(ref TReader reader, ReadOnlySpan<byte> bytes, int at)
        where TReader : struct, IResponseReader
    {
        _state = State.NumberText;
        while (at < bytes.Length)
        {
            if (!_number.TryAppend(bytes[at]))
            {
                reader.Number(_node, bytes[at] == '"' && _number.IsComplete ? _number : default);
                _skipped = 0;
                return SkipText(bytes, at);
            }

            at++;
        }

        return at;
    }

    // true, false, null, and numbers that nobody asked for.
    private int ReadScalar(ReadOnlySpan<byte> bytes, int at)
    {
        _state = State.Scalar;
        while (at < bytes.Length)
        {
            // They are short: a call that searches costs more than looking at each byte.
            if (ScalarStops.Contains(bytes[at]))
            {
                EndScalar();
                return at;
            }

            at++;
        }

        return at;
    }

    private int Skip(ReadOnlySpan<byte> bytes, int at)
    {
        at = SkipBlocks(bytes, at, inText: false);
        while (_state == State.Skip)
        {
            var stop = bytes[at..].IndexOfAny(SkipStops);
            if (stop < 0)
            {
                return bytes.Length;
            }

            at += stop + 1;
            switch (bytes[at - 1])
            {
                case (byte)'"':
                    return SkipText(bytes, at);
                case (byte)'{' or (byte)'[':
                    _skipped++;
                    if (_skipped > SkippedDepthMax)
                    {
                        _state = State.Malformed;
                    }

                    break;
                default:
                    _skipped--;
                    if (_skipped == 0)
                    {
                        EndScalar();
                    }

                    break;
            }
        }

        return at;
    }

    private int SkipText(ReadOnlySpan<byte> bytes, int at)
    {
        _state = State.SkipText;
        if (_skipped != 0)
        {
            at = SkipBlocks(bytes, at, inText: true);
            if (_state != State.SkipText)
            {
                return at;
            }
        }

        var stop = ShortSearch.IndexOfEither(bytes[at..], (byte)'\"', (byte)'\\');
        if (stop < 0)
        {
            return bytes.Length;
        }

        at += stop;
        if (bytes[at] == '\\')
        {
            _state = State.SkipTextEscape;
        }
        else if (_skipped == 0)
        {
            EndScalar();
        }
        else
        {
            _state = State.Skip;
        }

        return at + 1;
    }

    // As far as whole blocks reach; the state then is what goes on behind them. What no JSON is, and too deep, is left to single steps.
    private int SkipBlocks(ReadOnlySpan<byte> bytes, int at, bool inText)
    {
        while (bytes.Length - at >= JsonBlock.Bytes)
        {
            var block = JsonBlock.Read(bytes[at..], inText);
            var opened = BitOperations.PopCount(block.Opens);
            var closed = BitOperations.PopCount(block.Closes);
            if (block.IsIrregular || _skipped + opened > SkippedDepthMax)
            {
                break;
            }

            if (closed >= _skipped && block.EndOf(_skipped) is > 0 and var end)
            {
                EndScalar();
                return at + end;
            }

            _skipped += opened - closed;
            inText = block.EndsInText;
            at += JsonBlock.Bytes;
            if (block.EndsInEscape)
            {
                _state = State.SkipTextEscape;
                return at;
            }
        }

        _state = inText ? State.SkipText : State.Skip;
        return at;
    }
}
