using System.IO.Compression;

namespace Lava.Server.Web;

/// <summary>A file that pages use, as it is and compressed.</summary>
/// <param name="bytes">Its content.</param>
/// <param name="contentType">Its media type.</param>
/// <param name="tag">Its entity tag, in quotation marks.</param>
internal sealed class WebAsset(byte[] bytes, string contentType, string tag)
{
    // Made when it is first asked for: the start of the server has other things to do.
    private readonly Lazy<byte[]> _brotli = new(() => Compress(bytes, to => new BrotliStream(to, CompressionLevel.SmallestSize)));
    private readonly Lazy<byte[]> _gzip = new(() => Compress(bytes, to => new GZipStream(to, CompressionLevel.SmallestSize)));

    public string ContentType => contentType;

    public string Tag => tag;

    /// <summary>The content in the best encoding that the caller takes, and that encoding's name; null: as it is.</summary>
    /// <param name="accepted">The header <c>accept-encoding</c>.</param>
    public (byte[] Bytes, string? Encoding) In(string accepted) =>
        Takes(accepted, "br") ? (_brotli.Value, "br")
        : Takes(accepted, "gzip") ? (_gzip.Value, "gzip")
        : (bytes, null);

    // A weight of zero refuses an encoding (RFC 9110, 12.5.3); browsers send none.
    private static bool Takes(string accepted, string encoding) => accepted.Split(',', StringSplitOptions.TrimEntries).Contains(encoding);

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        var compressed = new MemoryStream();
        using (var stream = open(compressed))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }
}
