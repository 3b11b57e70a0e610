using System.Buffers;

namespace Lava.Gateway.Upstreams;

/// <summary>What the value of a header may hold.</summary>
internal static class HeaderValue
{
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(value => value != '\t').Select(value => (char)value), '\x7F']);

    private static readonly SearchValues<byte> SafeBytes =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(0x20, 0x7F - 0x20).Select(value => (byte)value)]);

    /// <summary>No control character but the tab: a line break would begin a header of its own.</summary>
    public static bool IsSafe(ReadOnlySpan<char> value) => !value.ContainsAny(Controls);

    /// <summary>As <see cref="IsSafe"/>, and ASCII alone: the server fails a whole response over a header value that is not.</summary>
    public static bool IsSafeAscii(ReadOnlySpan<char> value) => IsSafe(value) && System.Text.Ascii.IsValid(value);

    /// <summary>As <see cref="IsSafeAscii(ReadOnlySpan{char})"/>, for bytes.</summary>
    public static bool IsSafeAscii(ReadOnlySpan<byte> value) => !value.ContainsAnyExcept(SafeBytes);
}
