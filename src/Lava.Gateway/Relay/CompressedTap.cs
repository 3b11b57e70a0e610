using System.Buffers;
using System.IO.Compression;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Relay;

/// <summary>
/// A provider that compresses though asked for identity: the client gets the bytes as they are, and a bounded copy of them is inflated
/// for its usage when the body has ended. Rare, so it may allocate; its memory is that of all bodies.
/// </summary>
internal sealed class CompressedTap(string encoding, BodyBudget budget)
{
    private const int FirstBytes = 16 * 1024;
    private const int InflateBufferBytes = 32 * 1024;
    private readonly MemoryStream _copy = new();

    // Nothing is kept of a body that is too long, or whose encoding can't be inflated here: its size stands for what it says.
    private bool _isBlind = !Supports(encoding);
    private bool _isRead;
    private int _taken;

    /// <summary>Could the body not be read, or not to its end?</summary>
    public bool IsBlind => _isBlind;

    /// <summary>Keeps a copy.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _isBlind = _isBlind || !TryReserve((int)_copy.Length + bytes.Length);
        if (!_isBlind)
        {
            _copy.Write(bytes);
        }
    }

    /// <summary>Gives the memory back; nothing is done with it after that.</summary>
    public void Return() => budget.Return(_taken);

    /// <summary>
    /// Feeds the inflated copy to the scanner, once. A body that does not inflate ends the scan there: what was seen counts as cut off.
    /// </summary>
    public void ScanInto(ResponseScanner scanner)
    {
        if (_isBlind || _isRead)
        {
            return;
        }

        _isRead = true;
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
            _isBlind = true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryReserve(int length)
    {
        if (length > GatewayLimits.CompressedBodyBytes)
        {
            return false;
        }

        if (length <= _taken)
        {
            return true;
        }

        var capacity = Math.Max(length, Math.Max(FirstBytes, 2 * _taken));
        if (!budget.TryTake(capacity - _taken))
        {
            return false;
        }

        _copy.Capacity = _taken = capacity;
        return true;
    }

    private static bool Supports(string encoding) => encoding.ToLowerInvariant() is "gzip" or "x-gzip" or "deflate" or "br";
}
