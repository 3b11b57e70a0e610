using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using static Lava.Tests.Gateway.Upstreams.Http1.UpstreamClientTests;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>Which calls share a connection, and which must not.</summary>
public sealed class UpstreamPoolTests
{
    [Fact]
    public async Task Calls_OneAfterTheOther_ShareAConnection()
    {
        using var provider = new Provider();
        using var connection = await CallAsync(provider);
        for (var i = 0; i < 3; i++)
        {
            await CallAsync(provider, connection);
        }

        Assert.Equal(1, provider.Client.Connections);
        Assert.True(provider.IsLeftAlone);
    }

    [Fact]
    public async Task Calls_AtOnce_HaveAConnectionEachAndTheLastIsUsedAgainFirst()
    {
        using var provider = new Provider();
        var first = provider.SendAsync("GET");
        using var one = await provider.AcceptAsync();
        var second = provider.SendAsync("GET");
        using var two = await provider.AcceptAsync();
        await AnswerAsync(one, first);
        await AnswerAsync(two, second);
        Assert.Equal(2, provider.Client.Connections);
        await CallAsync(provider, two);
        await CallAsync(provider, two);
    }

    [Theory]
    [InlineData("Connection: close\r\n", "")]
    [InlineData("", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")]
    public async Task Answer_ThatEndsTheConnectionOrGoesOn_IsTheLastOne(string header, string more)
    {
        using var provider = new Provider();
        var first = provider.SendAsync("POST", [1]);
        using var connection = await provider.AcceptAsync();
        await connection.ReceiveAsync();
        await connection.SendAsync($"HTTP/1.1 200 OK\r\n{header}Content-Length: 2\r\n\r\nok{more}");
        await ReadAndEndAsync(await first);
        await connection.ClosedAsync();
        using var next = await CallAsync(provider);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_ClosedOrSpeaksOutOfTurn_IsNotUsedAgain(bool speaks)
    {
        using var provider = new Provider();
        var connection = await CallAsync(provider);
        if (speaks)
        {
            await connection.AnswerAsync("forged");
        }
        else
        {
            connection.Dispose();
        }

        // A POST: it would not be sent a second time.
        using var next = await CallAsync(provider, method: "POST");
        Assert.Equal(1, provider.Client.Connections);
        connection.Dispose();
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", false)]
    [InlineData("DELETE", false)]
    public async Task Kept_ClosesAfterTheRequest_OnlyWhatCostsNothingGoesOutAgain(string method, bool isRepeated)
    {
        using var provider = new Provider();
        using var connection = await CallAsync(provider);
        var sending = provider.SendAsync(method, method == "POST" ? [1] : null);
        var request = await connection.ReceiveAsync();
        connection.Dispose();
        if (!isRepeated)
        {
            Assert.Equal(UpstreamOutcome.Unreachable, (await sending).Outcome);
            Assert.True(provider.IsLeftAlone);
            Assert.Equal(0, provider.Client.Connections);
            return;
        }

        using var next = await provider.AcceptAsync();
        Assert.Equal(request, await next.ReceiveAsync());
        await next.SendAsync("HTTP/1.1 204 \r\n\r\n");
        await ReadAndEndAsync(await sending);
    }

    [Fact]
    public async Task New_ClosesAfterTheRequest_IsNotAskedAgain()
    {
        using var provider = new Provider();
        var sending = provider.SendAsync("GET");
        var connection = await provider.AcceptAsync();
        await connection.ReceiveAsync();
        connection.Dispose();
        Assert.Equal(UpstreamOutcome.Unreachable, (await sending).Outcome);
        Assert.True(provider.IsLeftAlone);
    }

    [Fact]
    public async Task Lifetime_Over_ConnectsAnew()
    {
        var options = new UpstreamOptions { IdleTimeout = TimeSpan.FromHours(1) };
        using var provider = new Provider(options);
        using var connection = await CallAsync(provider);
        provider.Time.Advance(options.ConnectionLifetime - TimeSpan.FromSeconds(1));
        await CallAsync(provider, connection);
        provider.Time.Advance(TimeSpan.FromSeconds(1));
        using var next = await CallAsync(provider);
        await connection.ClosedAsync();
    }

    [Fact]
    public async Task Idle_TooLong_IsClosedAndTheHostForgotten()
    {
        var options = new UpstreamOptions();
        using var provider = new Provider(options);
        using var connection = await CallAsync(provider);
        var step = options.IdleTimeout / Http1Limits.SweepsPerIdleTimeout;
        for (var i = 1; i < Http1Limits.SweepsPerIdleTimeout; i++)
        {
            provider.Time.Advance(step);
        }

        Assert.Equal(1, provider.Client.Connections);
        provider.Time.Advance(step);
        await connection.ClosedAsync();
        Assert.Equal(0, provider.Client.Connections);
        using var next = await CallAsync(provider);
        Assert.Equal(1, provider.Client.Connections);
    }

    [Fact]
    public async Task Connections_AsManyAsThereMayBe_AnotherCallIsRefusedAtOnce()
    {
        using var provider = new Provider(new UpstreamOptions { MaxConnectionsPerHost = 1 });
        var first = provider.SendAsync("GET");
        using var connection = await provider.AcceptAsync();
        Assert.Equal(UpstreamOutcome.Exhausted, (await provider.SendAsync("GET")).Outcome);
        await AnswerAsync(connection, first);
        await CallAsync(provider, connection);
    }

    [Fact]
    public async Task Dispose_ClosesWhatIsIdleAndTheOthersWhenTheyEnd()
    {
        using var provider = new Provider();
        var first = provider.SendAsync("GET");
        using var busy = await provider.AcceptAsync();
        using var idle = await CallAsync(provider);
        provider.Client.Dispose();
        await idle.ClosedAsync();
        await AnswerAsync(busy, first);
        await busy.ClosedAsync();
        Assert.Equal(0, provider.Client.Connections);
    }

    [Fact]
    public void IdleStack_ManyThreads_GivesEachConnectionToOneAtATime()
    {
        const int Connections = 5;
        const int Threads = 6;
        const int Turns = 300_000;
        var stack = new IdleStack();
        var pool = new UpstreamPool(new UpstreamOptions(), TimeProvider.System);
        var holders = new int[Connections];
        for (var i = 0; i < Connections; i++)
        {
            stack.Push(stack.Place(pool, static (pool, place) => new UpstreamConnection(new MemoryTransport(), pool, place, 0)));
        }

        var twice = 0;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Turns; i++)
            {
                // Two at a time, in the other order afterwards: what stood below one stands elsewhere when it comes back.
                var hasOne = stack.TryPop(out var one);
                var hasTwo = stack.TryPop(out var two);
                twice += (hasOne ? Take(one!) : 0) + (hasTwo ? Take(two!) : 0);
                if (hasOne)
                {
                    Interlocked.Decrement(ref holders[one!.Slot]);
                    stack.Push(one);
                }

                if (hasTwo)
                {
                    Interlocked.Decrement(ref holders[two!.Slot]);
                    stack.Push(two);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        int Take(UpstreamConnection connection) => Interlocked.Increment(ref holders[connection.Slot]) == 1 ? 0 : 1;
        Assert.Equal(0, twice);
        var left = 0;
        while (left <= Connections && stack.TryPop(out _))
        {
            left++;
        }

        Assert.Equal(Connections, left);
    }

    /// <summary>A whole call over a new connection.</summary>
    private static async Task<ProviderConnection> CallAsync(Provider provider, string method = "GET")
    {
        var sending = provider.SendAsync(method, method == "POST" ? [1] : null);
        var connection = await provider.AcceptAsync();
        await AnswerAsync(connection, sending);
        return connection;
    }

    /// <summary>A whole call over a connection that is there.</summary>
    private static Task CallAsync(Provider provider, ProviderConnection connection) =>
        AnswerAsync(connection, provider.SendAsync("GET"));

    private static async Task AnswerAsync(
        ProviderConnection connection, Task<(UpstreamOutcome Outcome, UpstreamExchange Exchange)> sending)
    {
        await connection.ReceiveAsync();
        await connection.AnswerAsync();
        await ReadAndEndAsync(await sending);
    }

    private static async Task ReadAndEndAsync((UpstreamOutcome Outcome, UpstreamExchange Exchange) call)
    {
        Assert.Equal(UpstreamOutcome.Ok, call.Outcome);
        Assert.True((await ReadAsync(call.Exchange, 100)).IsWhole);
        await call.Exchange.EndAsync();
    }
}
