using System.Net.Sockets;

namespace Lava.FunctionalTests.Faults;

/// <summary>One connection through the proxy.</summary>
internal sealed class ProxyConnection(PostgresProxy proxy, Socket client)
{
    private readonly Socket _server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _silent;

    /// <summary>Breaks it, on both sides.</summary>
    public void Cut()
    {
        client.Dispose();
        _server.Dispose();
        _cut.TrySetResult();
    }

    public async Task RunAsync(UnixDomainSocketEndPoint server)
    {
        try
        {
            await proxy.Flows;
            await _server.ConnectAsync(server);
            await Task.WhenAny(PumpAsync(client, _server, Passes), PumpAsync(_server, client, AnswerPasses));
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
                if (_silent)
                {
                    await _cut.Task;
                }

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

    private bool Passes(ReadOnlyMemory<byte> request)
    {
        _silent |= HasCommit(request) && proxy.StallsCommit();
        return true;
    }

    private bool AnswerPasses(ReadOnlyMemory<byte> answer) => !HasCommit(answer) || proxy.PassesCommit();

    // The client asks for it in these words, and the server answers in them when it is done.
    private static bool HasCommit(ReadOnlyMemory<byte> message) => message.Span.IndexOf("COMMIT\0"u8) >= 0;
}
