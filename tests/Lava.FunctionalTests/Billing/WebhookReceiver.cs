using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lava.FunctionalTests.Billing;

/// <summary>A webhook's target on loopback, which takes everything and hands it on in the order of its first arrival.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    // How often it comes depends on how fast the machine is.
    private const string Coalesced = "customer.wallet.balance.updated";

    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, byte> _seen = new();
    private readonly Channel<JsonNode> _told = Channel.CreateUnbounded<JsonNode>();
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The next event must be this one; its data. Balances that changed are passed over.</summary>
    public async Task<JsonNode> NextAsync(string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var next = await _told.Reader.ReadAsync(limit.Token);
            Assert.Equal(name, (string)next["event"]!);
            return next["data"]!;
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{name} was not told");
            throw;
        }
    }

    /// <summary>Events that came and that nobody has asked for.</summary>
    public string[] Rest()
    {
        var names = new List<string>();
        while (_told.Reader.TryRead(out var told))
        {
            names.Add((string)told["event"]!);
        }

        return [.. names];
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var told = JsonNode.Parse(body.ToArray())!;
        if ((string)told["event"]! != Coalesced && _seen.TryAdd(http.Request.Headers["webhook-id"].ToString(), 0))
        {
            _told.Writer.TryWrite(told);
        }
    }
}
