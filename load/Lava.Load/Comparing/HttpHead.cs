using System.Buffers.Text;
using System.Text;

namespace Lava.Load.Comparing;

/// <summary>The little that load generator and provider read of a message's head.</summary>
internal static class HttpHead
{
    /// <summary>Of a head that frames its body with chunks.</summary>
    public const int Chunked = -1;

    // "HTTP/1.1 "
    private const int StatusOffset = 9;

    /// <summary>The status of a response; 0 where there is none.</summary>
    public static int Status(ReadOnlySpan<byte> head) =>
        head.Length > StatusOffset + 3 && Utf8Parser.TryParse(head.Slice(StatusOffset, 3), out int status, out _) ? status : 0;

    /// <summary>The length of the body; 0 without any, <see cref="Chunked"/> where only its end will tell.</summary>
    /// <param name="head">All lines, the empty one at the end included.</param>
    public static int ContentLength(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var line = head[..end];
            head = head[(end + 2)..];
            if (Value(line, "content-length:"u8) is { IsEmpty: false } length && Utf8Parser.TryParse(length, out int bytes, out _))
            {
                return bytes;
            }

            if (!Value(line, "transfer-encoding:"u8).IsEmpty)
            {
                return Chunked;
            }
        }

        return 0;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].Trim((byte)' ') : [];
}
