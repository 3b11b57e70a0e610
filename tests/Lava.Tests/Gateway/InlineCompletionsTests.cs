using System.Net;
using System.Net.Sockets;
using Lava.Gateway;

namespace Lava.Tests.Gateway;

public class InlineCompletionsTests
{
    // Whoever waits for himself on a thread that polls holds up all whose sockets it polls: only the data plane may be there.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Use_OneSocket_CompletesWhereItIsPolled_OthersOnThePool(bool isInline)
    {
        Assert.True(InlineCompletions.IsSupported);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await caller.ConnectAsync(listener.LocalEndPoint!);
        using var accepted = await listener.AcceptAsync();
        if (isInline)
        {
            InlineCompletions.Use(accepted);
        }

        var received = IsPoolAfterReceiveAsync(accepted);
        await caller.SendAsync(new byte[1]);

        Assert.Equal(!isInline, await received);
    }

    private static async Task<bool> IsPoolAfterReceiveAsync(Socket socket)
    {
        Assert.Equal(1, await socket.ReceiveAsync(new byte[1]).ConfigureAwait(false));
        return Thread.CurrentThread.IsThreadPoolThread;
    }
}
