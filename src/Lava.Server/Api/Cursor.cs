using System.Buffers.Binary;
using System.Buffers.Text;

namespace Lava.Server.Api;

/// <summary>Where the next page starts: the last id of this one, opaque to the caller.</summary>
internal static class Cursor
{
    public static string Encode(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    public static string Encode(long id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryDecode(string text, out Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        var whole = TryDecode(text, bytes);
        id = whole ? new Guid(bytes, bigEndian: true) : default;
        return whole;
    }

    public static bool TryDecode(string text, out long id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        var whole = TryDecode(text, bytes);
        id = whole ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
        return whole;
    }

    // The length first: text from a caller may be long, and the decoder throws on what is not its alphabet.
    private static bool TryDecode(string text, Span<byte> destination) =>
        text.Length == Base64Url.GetEncodedLength(destination.Length) && Base64Url.IsValid(text)
        && Base64Url.TryDecodeFromChars(text, destination, out var written) && written == destination.Length;
}
