using System.Buffers.Text;
using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>
/// How a request tells the lean provider what stream to send: in its member <c>user</c>, which every proxy passes as it is.
/// </summary>
internal static class StreamWish
{
    public static ReadOnlySpan<byte> Events => "events="u8;

    public static ReadOnlySpan<byte> GapMicroseconds => "gap="u8;

    public static string Write(int events, TimeSpan gap) =>
        string.Create(CultureInfo.InvariantCulture, $"events={events} gap={(long)gap.TotalMicroseconds}");

    /// <summary>Zero where it is not said.</summary>
    public static long Read(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        var at = body.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(body[(at + name.Length)..], out long value, out _) ? value : 0;
    }
}
