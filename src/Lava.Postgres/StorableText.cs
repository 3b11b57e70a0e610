using System.Text;

namespace Lava.Postgres;

/// <summary>Text as PostgreSQL can keep it.</summary>
internal static class StorableText
{
    /// <summary>Longest text, bytes of UTF-8: an index entry of PostgreSQL holds at most 2,704, and other columns share one.</summary>
    public const int MaxBytes = 2_000;

    private const int MaxBytesPerChar = 3;
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// The text itself nearly always. PostgreSQL stores no NUL character and UTF-8 has no lone surrogate: both become U+FFFD, and what is
    /// longer than <see cref="MaxBytes"/> is cut. A call must be booked whatever a provider calls its model.
    /// </summary>
    public static string Of(string text)
    {
        var isPlain = text.Length <= MaxBytes / MaxBytesPerChar
            && !text.Contains('\0', StringComparison.Ordinal) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
        return isPlain ? text : Repair(text);
    }

    private static string Repair(string text)
    {
        Span<byte> utf8 = stackalloc byte[MaxBytes];

        // Convert stops before the first character that does not fit: never inside one.
        Encoding.UTF8.GetEncoder().Convert(text.Replace('\0', Replacement), utf8, flush: true, out _, out var length, out _);
        return Encoding.UTF8.GetString(utf8[..length]);
    }
}
