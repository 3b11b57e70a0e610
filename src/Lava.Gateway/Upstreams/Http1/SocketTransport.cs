using System.Net.Sockets;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>A connection without TLS: the socket itself, whose own reusable operations are waited for.</summary>
internal sealed class SocketTransport(Socket socket) : UpstreamTransport
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> memory) => socket.ReceiveAsync(memory, SocketFlags.None);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> memory)
    {
        var sending = socket.SendAsync(memory, SocketFlags.None);
        return sending.IsCompletedSuccessfully && sending.Result == memory.Length ? default : SendRestAsync(sending, memory);
    }

    // Readable without having been asked anything: closed, or speaking out of turn.
    public override bool IsQuiet()
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (IsBroken(e))
        {
            return false;
        }
    }

    public override Stream Open() => new NetworkStream(socket, ownsSocket: true);

    public override void Abort() => socket.Dispose();

    public override void Dispose() => socket.Dispose();

    private async ValueTask SendRestAsync(ValueTask<int> sending, ReadOnlyMemory<byte> memory)
    {
        var sent = await sending.ConfigureAwait(false);
        while (sent < memory.Length)
        {
            sent += await socket.SendAsync(memory[sent..], SocketFlags.None).ConfigureAwait(false);
        }
    }
}
