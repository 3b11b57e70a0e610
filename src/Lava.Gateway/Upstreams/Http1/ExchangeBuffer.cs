using System.Buffers;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The one pooled buffer of an exchange: first the request's head, and its body if that is short; then, over the same bytes, what was
/// read of the answer and not yet taken. Holds no memory before and after that. What was written for the provider holds its key: it is
/// wiped before the memory goes back.
/// </summary>
internal sealed class ExchangeBuffer
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _request;

    /// <summary>What is in it and was not taken.</summary>
    public ReadOnlyMemory<byte> Filled => _bytes.AsMemory(_start, _end - _start);

    /// <summary>The same.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, _end - _start);

    /// <summary>How much that is.</summary>
    public int Length => _end - _start;

    /// <summary>Room behind it.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_end);

    /// <summary>Makes room for so many more bytes; false where there would be more than the limit.</summary>
    public bool TryEnsure(int free, int limit)
    {
        if (_bytes.Length - _end >= free)
        {
            return true;
        }

        var needed = Length + free;
        if (needed > limit)
        {
            return false;
        }

        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(Http1Limits.BufferBytes, Math.Min(limit, 2 * needed)));
        var length = Length;
        Span.CopyTo(grown);
        Release();
        (_bytes, _end) = (grown, length);
        return true;
    }

    /// <summary>So many bytes were put into <see cref="Free"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>So many bytes were taken from the beginning.</summary>
    public void Take(int count) => _start += count;

    /// <summary>Forgets what stands behind the first bytes.</summary>
    public void Cut(int length) => _end = _start + length;

    /// <summary>What is in it is the request, and has been sent: the answer may be written over it.</summary>
    public void TurnToAnswer() => (_request, _start, _end) = (Math.Max(_request, _end), 0, 0);

    /// <summary>Nothing came of an answer: the request is there as it was.</summary>
    public void TurnToRequest() => (_start, _end) = (0, Math.Max(_request, _end));

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            _bytes.AsSpan(0, Math.Max(_request, _end)).Clear();
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _start, _end, _request) = ([], 0, 0, 0);
    }
}
