using System.Net;
using System.Net.Sockets;
using System.Text;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;

namespace Lava.Tests.Gateway.Upstreams;

public sealed class UpstreamConnectorTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public UpstreamConnectorTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1", "169.254.169.254")]
    [InlineData("::ffff:127.0.0.1", "fd00:ec2::254")]
    public async Task Connect_NameWithoutPublicAddress_IsRefused(params string[] addresses)
    {
        var connector = Create(UpstreamOverrides.None, addresses);
        var exception = await Assert.ThrowsAsync<HttpRequestException>(async () =>
            await connector.ConnectAsync(new DnsEndPoint("api.openai.com", Port), TestToken));
        Assert.Equal(HttpRequestError.NameResolutionError, exception.HttpRequestError);
        Assert.False(_listener.Pending());
    }

    [Fact]
    public async Task Connect_HostThatTheOperatorNamed_MayBePrivate()
    {
        Assert.True(UpstreamOverrides.TryParse([$"*=http://simulator.test:{Port}"], out var overrides, out _));
        using var socket = await Create(overrides, "127.0.0.1").ConnectAsync(new DnsEndPoint("simulator.test", Port), TestToken);
        using var accepted = await _listener.AcceptSocketAsync(TestToken);
        Assert.True(accepted.Connected);
        Assert.True(socket.NoDelay);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    [Fact]
    public async Task Connect_FirstAddressDead_TriesTheNext()
    {
        Assert.True(UpstreamOverrides.TryParse([$"*=http://simulator.test:{Port}"], out var overrides, out _));

        // Nobody listens there on this port: refused at once.
        var connector = Create(overrides, "127.0.0.2", "127.0.0.1");
        using var socket = await connector.ConnectAsync(new DnsEndPoint("simulator.test", Port), TestToken);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Connect_NoAddressAnswers_ThrowsWhatTheClientKnows()
    {
        Assert.True(UpstreamOverrides.TryParse([$"*=http://simulator.test:{Port}"], out var overrides, out _));
        var exception = await Assert.ThrowsAsync<HttpRequestException>(async () =>
            await Create(overrides, "127.0.0.2").ConnectAsync(new DnsEndPoint("simulator.test", Port), TestToken));
        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
    }

    [Fact]
    public void Order_TwoFamilies_InTurnAndLimited()
    {
        IPAddress[] addresses = [.. new[] { "1::1", "1::2", "1::3", "1.1.1.1" }.Select(IPAddress.Parse)];
        Assert.Equal(["1::1", "1.1.1.1", "1::2", "1::3"], UpstreamConnector.Order(addresses, 4).Select(address => address.ToString()));
        Assert.Equal(["1::1", "1.1.1.1"], UpstreamConnector.Order(addresses, 2).Select(address => address.ToString()));
        Assert.Equal(["1.1.1.1"], UpstreamConnector.Order([addresses[3]], 4).Select(address => address.ToString()));
    }

    [Fact]
    public async Task Send_RedirectAndOddPath_ArePassedAsTheyAre()
    {
        Assert.True(UpstreamOverrides.TryParse([$"*=http://127.0.0.1:{Port}"], out var overrides, out _));
        using var client = new UpstreamConnector(overrides, new UpstreamOptions(), TimeProvider.System).CreateClient();
        var parser = new TargetParser(Lava.Metering.Catalog.ProviderCatalog.Default, overrides);
        Assert.Equal(TargetOutcome.Ok, parser.Parse("GET", "", "?u=https://api.openai.com/v1/a%3Ab%2fc?x=%7e", out var target));
        var exchange = new UpstreamExchange();
        var head = exchange.Begin(target!.Origin, "GET", asksForUpgrade: false);
        head.Begin("GET", target.PathAndQuery);
        head.Host(target.Origin.HostHeader);
        head.Header("x-name", "ü");
        head.End();
        var answer = client.SendAsync(exchange, default, TestToken);
        using var accepted = await _listener.AcceptSocketAsync(TestToken);
        var received = await ReceiveHeadAsync(accepted);
        await accepted.SendAsync("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), TestToken);
        Assert.Equal(UpstreamOutcome.Ok, await answer);
        Assert.Equal($"GET /v1/a%3Ab%2fc?x=%7e HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nx-name: ü\r\n\r\n", received);
        Assert.Equal(302, exchange.StatusCode);
        await exchange.EndAsync();
    }

    public void Dispose() => _listener.Dispose();

    private static CancellationToken TestToken => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private static UpstreamConnector Create(UpstreamOverrides overrides, params string[] addresses) =>
        new(overrides, new UpstreamOptions(), TimeProvider.System)
        {
            Resolve = (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)),
        };

    private static async Task<string> ReceiveHeadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), TestToken);
            Assert.NotEqual(0, received);
            length += received;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
