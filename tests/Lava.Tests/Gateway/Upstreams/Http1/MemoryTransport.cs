using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>A provider's connection whose bytes come in the pieces that the test says, and then end.</summary>
internal sealed class MemoryTransport(params byte[][] pieces) : UpstreamTransport
{
    private readonly MemoryStream _sent = new();
    private int _piece;
    private int _at;

    /// <summary>What was sent to it.</summary>
    public byte[] Sent => _sent.ToArray();

    /// <summary>Was it given up or closed?</summary>
    public bool IsClosed { get; private set; }

    /// <summary>A client that has this connection alone.</summary>
    public UpstreamClient CreateClient(UpstreamOptions? options = null) =>
        new((_, _) => new ValueTask<UpstreamTransport>(this), options ?? new UpstreamOptions(), TimeProvider.System);

    public override ValueTask<int> ReceiveAsync(Memory<byte> memory)
    {
        if (_piece == pieces.Length || memory.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        var piece = pieces[_piece].AsSpan(_at);
        var count = Math.Min(piece.Length, memory.Length);
        piece[..count].CopyTo(memory.Span);
        (_piece, _at) = count == piece.Length ? (_piece + 1, 0) : (_piece, _at + count);
        return new ValueTask<int>(count);
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> memory)
    {
        _sent.Write(memory.Span);
        return default;
    }

    public override bool IsQuiet() => false;

    public override Stream Open() => throw new NotSupportedException();

    public override void Abort() => IsClosed = true;

    public override void Dispose() => IsClosed = true;
}
