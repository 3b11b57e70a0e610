using System.Buffers;
using System.IO.Compression;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Relay;

/// <summary>
/// A provider that compresses though asked for identity: the client gets the bytes as they are, and a bounded copy of them is inflated
/// for its usage when the body has ended. Rare, so it may allocate.
/// </summary>
internal sealed class CompressedTap(string encoding)
{
    private const int InflateBufferBytes = 32 * 1024;
    private readonly MemoryStream _copy = new();
    private bool _overflowed;

    /// <summary>Keeps a copy.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_overflowed || _copy.Length + bytes.Length > GatewayLimits.CompressedBodyBytes)
        {
            _overflowed = true;
            return;
        }

        _copy.Write(bytes);
    }

    /// <summary>
    /// Feeds the inflated copy to the scanner. A body that does not inflate ends the scan there: what was seen counts as cut off.
    /// </summary>
    public void ScanInto(ResponseScanner scanner)
    {
        if (_overflowed)
        {
            return;
        }

        _copy.Position = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(InflateBufferBytes);
        try
        {
            using var inflated = Open();
            if (inflated is null)
            {
                return;
            }

            long total = 0;
            int read;
            while ((read = inflated.Read(buffer)) > 0 && (total += read) <= GatewayLimits.InflatedBodyBytes)
            {
                scanner.Scan(buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            // Not what its header said: nothing more to learn from it.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Any other coding, or several on top of each other: the answer's size stands for its text.
    private Stream? Open() => encoding.ToLowerInvariant() switch
    {
        "br" => new BrotliStream(_copy, CompressionMode.Decompress),
        "deflate" => new ZLibStream(_copy, CompressionMode.Decompress),
        "gzip" or "x-gzip" => new GZipStream(_copy, CompressionMode.Decompress),
        _ => null,
    };
}
