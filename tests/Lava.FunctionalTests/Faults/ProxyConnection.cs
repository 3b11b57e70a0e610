using System.Net.Sockets;

namespace Lava.FunctionalTests.Faults;

/// <summary>One connection through the proxy.</summary>
internal sealed class ProxyConnection(PostgresProxy proxy, Socket client)
{
    private readonly Socket _server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Task _flows = Task.CompletedTask;

    /// <summary>Breaks it, on both sides.</summary>
    public void Cut()
    {
        client.Dispose();
        _server.Dispose();
        _cut.TrySetResult();
    }

    /// <summary>Nothing passes any more, until it is cut.</summary>
    public void Stall() => _flows = _cut.Task;

    public async Task RunAsync(UnixDomainSocketEndPoint server)
    {
        try
        {
            await proxy.Flows;
            await _server.ConnectAsync(server);
            await Task.WhenAny(PumpAsync(client, _server, static _ => true), PumpAsync(_server, client, Passes));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server is not there, or it was cut here: the client's connection breaks.
        }

        Cut();
    }

    private async Task PumpAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, bool> passes)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0 && passes(buffer.AsMemory(0, read)))
            {
                await proxy.Flows;
                await _flows;
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken, or cut here.
        }
    }

    // The server answers a commit that succeeded with its name.
    private bool Passes(ReadOnlyMemory<byte> answer) => answer.Span.IndexOf("COMMIT\0"u8) < 0 || proxy.PassesCommit();
}
