namespace Lava.Tests.Metering.Scanning;

/// <summary>Makes damaged and lying copies of a body. The same seed makes the same copies.</summary>
internal sealed class BodyMutator(ulong seed)
{
    private const int ChangesMax = 4;
    private const int LengthMax = 8 * 1024;

    // What a changed body is made to say: other counts, keys in other places, texts that end early, values that do not end.
    private static readonly byte[][] Words =
    [
        "-1"u8.ToArray(), "1e300"u8.ToArray(), "99999999999999999999999"u8.ToArray(), "NaN"u8.ToArray(), "0"u8.ToArray(), "12"u8.ToArray(),
        "1.5e2"u8.ToArray(), "null"u8.ToArray(), "true"u8.ToArray(), "\"7\""u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(),
        "[["u8.ToArray(), "]"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), "\\u00"u8.ToArray(),
        ",\"usage\":{\"prompt_tokens\":5}"u8.ToArray(),
        ",\"usage\":null"u8.ToArray(), ",\"delta\":{\"content\":\"x\"}"u8.ToArray(), ",\"text\":\"y\""u8.ToArray(),
        ",\"usage\":{\"inputTokens\":5,\"outputTokens\":6}"u8.ToArray(), ",\"status\":\"failed\""u8.ToArray(),
        ",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":5}"u8.ToArray(), ",\"type\":\"response.done\""u8.ToArray(),
        ",\"service_tier\":\"flex\""u8.ToArray(), ",\"error\":{}"u8.ToArray(), ",\"type\":\"message_stop\""u8.ToArray(),
        ",\"finish_reason\":\"stop\""u8.ToArray(), "\n\n"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "data: "u8.ToArray(),
        "data: [DONE]\n\n"u8.ToArray(), "event: error\n"u8.ToArray(), ": \n"u8.ToArray(), [0xFF], [0xC3], [0xEF, 0xBB, 0xBF], [0],
    ];

    private readonly byte[] _buffer = new byte[LengthMax];
    private readonly byte[] _scratch = new byte[LengthMax];
    private ulong _state = seed;
    private int _length;

    /// <summary>A number from 0 to below <paramref name="bound"/>.</summary>
    public int Next(int bound)
    {
        // xorshift64*
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1Dul >> 33) % (uint)bound);
    }

    /// <summary>A changed copy, valid until the next.</summary>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> body)
    {
        _length = Math.Min(body.Length, LengthMax);
        body[.._length].CopyTo(_buffer);
        for (var changes = 1 + Next(ChangesMax); changes > 0 && _length > 2; changes--)
        {
            Change(Next(_length));
        }

        return _buffer.AsSpan(0, _length);
    }

    private void Change(int at)
    {
        switch (Next(10))
        {
            case 0:
                _buffer[at] = (byte)Next(256);
                break;
            case 1:
                _buffer[at] ^= (byte)(1 << Next(8));
                break;
            case 2 or 3:
                Insert(at, Words[Next(Words.Length)]);
                break;
            case 4:
                ReplaceNumber(at, Words[Next(Words.Length)]);
                break;
            case 5:
                Remove(at, 1 + Next(Math.Min(16, _length - at)));
                break;
            case 6:
                _length = at;
                break;
            case 7:
                RepeatEvent(at);
                break;
            case 8:
                Nest(at, 1 << Next(12));
                break;
            default:
                ChangeLineEnds(Next(2) == 0 ? (byte)'\r' : (byte)' ');
                break;
        }
    }

    private void Insert(int at, ReadOnlySpan<byte> text)
    {
        if (_length + text.Length <= LengthMax)
        {
            _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + text.Length));
            text.CopyTo(_buffer.AsSpan(at));
            _length += text.Length;
        }
    }

    private void Remove(int at, int count)
    {
        _buffer.AsSpan(at + count, _length - at - count).CopyTo(_buffer.AsSpan(at));
        _length -= count;
    }

    private void ReplaceNumber(int at, ReadOnlySpan<byte> text)
    {
        var digit = _buffer.AsSpan(at, _length - at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit >= 0)
        {
            Remove(at + digit, 1);
            Insert(at + digit, text);
        }
    }

    private void RepeatEvent(int at)
    {
        var start = _buffer.AsSpan(0, at).LastIndexOf("\n"u8) + 1;
        var end = _buffer.AsSpan(at, _length - at).IndexOf("\n\n"u8);
        end = end < 0 ? _length : at + end + 2;
        var copy = _scratch.AsSpan(0, end - start);
        _buffer.AsSpan(start, copy.Length).CopyTo(copy);
        Insert(start, copy);
    }

    private void Nest(int at, int depth)
    {
        depth = Math.Min(depth, LengthMax - _length);
        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + depth));
        _buffer.AsSpan(at, depth).Fill(Next(2) == 0 ? (byte)'[' : (byte)'{');
        _length += depth;
    }

    // Every second of them, so that ends are mixed.
    private void ChangeLineEnds(byte other)
    {
        for (var at = 0; at < _length; at++)
        {
            if (_buffer[at] == '\n' && Next(2) == 0)
            {
                _buffer[at] = other;
            }
        }
    }
}
