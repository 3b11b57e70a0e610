using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Lava.Testing.Loopback;

/// <summary>
/// Takes the place of Kestrel's sockets: each connection is two pipes. Whoever writes runs the reader's continuation at once, on its own
/// thread, so that neither system calls nor the thread pool's queue are in a measurement.
/// </summary>
/// <param name="pools">Makes the memory that Kestrel's sockets would have.</param>
internal sealed class MemoryTransport(IMemoryPoolFactory<byte> pools)
    : IConnectionListenerFactory, IConnectionListener, IMemoryPoolFeature
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();
    private int _count;

    public MemoryPool<byte> MemoryPool { get; } = pools.Create();

    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Loopback, 0);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return new(this);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _connections.Reader.WaitToReadAsync(cancellationToken) && _connections.Reader.TryRead(out var connection) ? connection : null;

    public LoopbackConnection Connect()
    {
        var inline = new PipeOptions(
            MemoryPool, PipeScheduler.Inline, PipeScheduler.Inline, useSynchronizationContext: false);
        var toServer = new Pipe(inline);
        var toClient = new Pipe(inline);
        var server = new Duplex(toServer.Reader, toClient.Writer);
        var client = new Duplex(toClient.Reader, toServer.Writer);
        var id = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        var connection = new DefaultConnectionContext(id, server, client);
        connection.Features.Set<IMemoryPoolFeature>(this);
        return _connections.Writer.TryWrite(connection)
            ? new LoopbackConnection(new BlockingPipeStream(client))
            : throw new InvalidOperationException("The server has stopped.");
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
