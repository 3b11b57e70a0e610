namespace Lava.Metering.Scanning;

/// <summary>What stands between a JSON string's quotes.</summary>
internal static class JsonText
{
    /// <summary>Unescapes a valid string; what does not fit is dropped. The result is never longer than the text.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<byte> decoded = stackalloc byte[JsonEscape.MaxBytes];
        var escape = default(JsonEscape);
        var inEscape = false;
        var written = 0;
        foreach (var b in text)
        {
            ReadOnlySpan<byte> next = [b];
            if (inEscape)
            {
                var length = escape.Append(b, decoded);
                inEscape = length == 0;
                next = decoded[..Math.Max(length, 0)];
            }
            else if (b == '\\')
            {
                escape = default;
                inEscape = true;
                continue;
            }

            if (next.Length > destination.Length - written)
            {
                break;
            }

            next.CopyTo(destination[written..]);
            written += next.Length;
        }

        return destination[..written];
    }
}
