using System.Net;
using System.Net.Sockets;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>A provider whose connections the test serves one by one, and a client for it.</summary>
internal sealed class Provider : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Provider(UpstreamOptions? options = null)
    {
        _listener.Start();
        Origin = new UpstreamOrigin(new Uri($"http://{_listener.LocalEndpoint}"));
        UpstreamOverrides.TryParse([$"*=http://{_listener.LocalEndpoint}"], out var overrides, out _);
        Client = new UpstreamConnector(overrides!, options ?? new UpstreamOptions(), Time).CreateClient();
    }

    public ManualTime Time { get; } = new();

    public UpstreamOrigin Origin { get; }

    public UpstreamClient Client { get; }

    /// <summary>Has nobody connected who was not accepted?</summary>
    public bool IsLeftAlone => !_listener.Pending();

    /// <summary>The next connection.</summary>
    public async Task<ProviderConnection> AcceptAsync() =>
        new(await _listener.AcceptSocketAsync().WaitAsync(GatewayHarness.Patience));

    /// <summary>Sends a request on an exchange of its own; ends it where there is no answer.</summary>
    public async Task<(UpstreamOutcome Outcome, UpstreamExchange Exchange)> SendAsync(
        string method, byte[]? body = null, CancellationToken cancellation = default)
    {
        var exchange = Heads.Request(new UpstreamExchange(), method, body?.Length ?? 0, Origin);
        var sending = Client.SendAsync(exchange, body, cancellation).AsTask();
        var outcome = await sending.WaitAsync(GatewayHarness.Patience, CancellationToken.None);
        if (outcome != UpstreamOutcome.Ok)
        {
            await exchange.EndAsync();
        }

        return (outcome, exchange);
    }

    public void Dispose()
    {
        Client.Dispose();
        _listener.Dispose();
    }
}
