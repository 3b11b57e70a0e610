using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// A connection over TLS. While it rests it waits for bytes: only so a close, an answer that nobody asked for and a ticket for the next
/// handshake, all of them encrypted, can be told apart. The next receive goes on with that wait.
/// </summary>
internal sealed class TlsTransport(SslStream tls, Socket socket) : UpstreamTransport
{
    private ValueTask<int> _resting;
    private bool _rests;

    public override ValueTask<int> ReceiveAsync(Memory<byte> memory) =>
        _rests ? ReceiveRestedAsync(memory) : tls.ReadAsync(memory, CancellationToken.None);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> memory) => tls.WriteAsync(memory, CancellationToken.None);

    public override void Rest()
    {
        _rests = true;
        try
        {
            _resting = tls.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
        }
        catch (Exception e) when (IsBroken(e))
        {
            // Completed, so not quiet.
            _resting = default;
        }
    }

    // The socket, too: its thread may not have come to what it has.
    public override bool IsQuiet()
    {
        try
        {
            return !_resting.IsCompleted && !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (IsBroken(e))
        {
            return false;
        }
    }

    public override Stream Open() => tls;

    // The stream itself may be in use: its operations fail when they find the socket gone.
    public override void Abort() => socket.Dispose();

    public override void Dispose()
    {
        socket.Dispose();
        tls.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveRestedAsync(Memory<byte> memory)
    {
        _rests = false;
        await _resting.ConfigureAwait(false);
        return await tls.ReadAsync(memory, CancellationToken.None).ConfigureAwait(false);
    }
}
