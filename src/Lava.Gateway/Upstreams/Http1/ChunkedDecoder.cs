namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// Takes the framing out of a body in chunks (RFC 9112, 7.1), wherever it was torn apart: its state is a few numbers, no bytes are kept.
/// Extensions and trailers are skipped, within limits. Strict: whatever is doubtful breaks it.
/// </summary>
internal struct ChunkedDecoder
{
    private Step _step;
    private int _skipped;
    private int _digits;
    private long _left;

    private enum Step : byte
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        TrailerLine,
        Trailer,
        TrailerLineFeed,
        LastLineFeed,
        Done,
        Broken,
    }

    /// <summary>Has the body come to its end?</summary>
    public readonly bool IsDone => _step == Step.Done;

    /// <summary>Is it no body in chunks?</summary>
    public readonly bool IsBroken => _step == Step.Broken;

    /// <summary>Decodes until the bytes, the room or the body end.</summary>
    /// <param name="from">The body's next bytes.</param>
    /// <param name="to">Room for them; may begin where they begin.</param>
    /// <param name="consumed">How many were read.</param>
    /// <returns>How many were written.</returns>
    public int Decode(ReadOnlySpan<byte> from, Span<byte> to, out int consumed)
    {
        var written = 0;
        consumed = 0;
        while (consumed < from.Length && _step < Step.Done)
        {
            if (_step != Step.Data)
            {
                _step = Next(from[consumed++]);
                continue;
            }

            var count = (int)Math.Min(_left, Math.Min(from.Length - consumed, to.Length - written));
            if (count == 0)
            {
                break;
            }

            from.Slice(consumed, count).CopyTo(to[written..]);
            consumed += count;
            written += count;
            _left -= count;
            _step = _left == 0 ? Step.DataReturn : Step.Data;
        }

        return written;
    }

    private Step Next(byte b) => _step switch
    {
        Step.Size => InSize(b),
        Step.Extension when b == '\r' => Step.SizeLineFeed,
        Step.Extension => Skip(b, Step.Extension, Http1Limits.ChunkExtensionBytes),
        Step.SizeLineFeed when b == '\n' => AfterSize(),
        Step.DataReturn when b == '\r' => Step.DataLineFeed,
        Step.DataLineFeed when b == '\n' => Step.Size,
        Step.TrailerLine when b == '\r' => Step.LastLineFeed,
        Step.Trailer when b == '\r' => Step.TrailerLineFeed,
        Step.TrailerLine or Step.Trailer => Skip(b, Step.Trailer, Http1Limits.TrailerBytes),
        Step.TrailerLineFeed when b == '\n' => Step.TrailerLine,
        Step.LastLineFeed when b == '\n' => Step.Done,
        _ => Step.Broken,
    };

    private Step InSize(byte b)
    {
        if (char.IsAsciiHexDigit((char)b))
        {
            // The sixteenth digit may be the one of 64 bits; the sum of all must not be negative.
            _left = (_left << 4) | (uint)Convert(b);
            return ++_digits <= Http1Limits.ChunkSizeDigits && _left >= 0 ? Step.Size : Step.Broken;
        }

        return b switch
        {
            _ when _digits == 0 => Step.Broken,
            (byte)'\r' => Step.SizeLineFeed,
            (byte)';' or (byte)' ' or (byte)'\t' => Step.Extension,
            _ => Step.Broken,
        };
    }

    private Step AfterSize()
    {
        (_digits, _skipped) = (0, 0);
        return _left == 0 ? Step.TrailerLine : Step.Data;
    }

    private Step Skip(byte b, Step step, int limit) => b is (byte)'\n' or 0 || ++_skipped > limit ? Step.Broken : step;

    private static int Convert(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
