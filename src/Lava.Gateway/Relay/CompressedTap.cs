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

    // Nothing is kept of a body that is too long, or whose encoding can't be inflated here: its size stands for what it says.
    private bool _isBlind = !Supports(encoding);

    /// <summary>Keeps a copy.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isBlind || _copy.Length + bytes.Length > GatewayLimits.CompressedBodyBytes)
        {
            _isBlind = true;
            return;
        }

        _copy.Write(bytes);
    }

    /// <summary>
    /// Feeds the inflated copy to the scanner. A body that does not inflate ends the scan there: what was seen counts as cut off.
    /// </summary>
    public void ScanInto(ResponseScanner scanner)
    {
        if (_isBlind)
        {
            return;
        }

        _copy.Position = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(InflateBufferBytes);
        try
        {
            using Stream inflated = encoding.ToLowerInvariant() switch
            {
                "br" => new BrotliStream(_copy, CompressionMode.Decompress),
                "deflate" => new ZLibStream(_copy, CompressionMode.Decompress),
                _ => new GZipStream(_copy, CompressionMode.Decompress),
            };
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

    private static bool Supports(string encoding) => encoding.ToLowerInvariant() is "gzip" or "x-gzip" or "deflate" or "br";
}
