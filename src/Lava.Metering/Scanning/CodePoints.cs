namespace Lava.Metering.Scanning;

/// <summary>Counts characters as providers of speech do: Unicode code points.</summary>
internal static class CodePoints
{
    private const int HexDigits = 4;

    /// <summary>Code points of UTF-8, or of a valid JSON string's content, in which an escaped pair of surrogates is one.</summary>
    public static long Count(ReadOnlySpan<byte> text, bool hasEscapes)
    {
        var count = 0L;
        for (var at = 0; at < text.Length; at++)
        {
            // All but a code point's first byte are 10xxxxxx.
            count += (text[at] & 0xC0) == 0x80 ? 0 : 1;
            if (hasEscapes && text[at] == '\\')
            {
                at = SkipEscape(text, at + 1);
            }
        }

        return count;
    }

    // The last byte of the escape; of a pair, that of its second half.
    private static int SkipEscape(ReadOnlySpan<byte> text, int at)
    {
        if (!TryReadUnit(text, at, out var unit))
        {
            return at;
        }

        at += HexDigits;
        var isPair = char.IsHighSurrogate(unit)
            && at + 2 < text.Length && text[at + 1] == '\\'
            && TryReadUnit(text, at + 2, out var low) && char.IsLowSurrogate(low);
        return isPair ? at + 2 + HexDigits : at;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> text, int at, out char unit)
    {
        unit = default;
        if (at + HexDigits >= text.Length || text[at] != 'u')
        {
            return false;
        }

        foreach (var b in text.Slice(at + 1, HexDigits))
        {
            var digit = char.IsAsciiDigit((char)b) ? b - '0' : (b | 0x20) - 'a' + 10;
            unit = (char)((unit << 4) | (digit & 0xF));
        }

        return true;
    }
}
