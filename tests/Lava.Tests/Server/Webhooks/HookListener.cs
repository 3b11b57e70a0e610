using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lava.Tests.Server.Webhooks;

/// <summary>A webhook's target on a real socket: keeps what it gets, answers what a test wants.</summary>
public sealed class HookListener : IAsyncDisposable
{
    private readonly Channel<HookCall> _calls = Channel.CreateUnbounded<HookCall>();
    private readonly WebApplication _app;

    private HookListener()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>What is answered to a call; 200 unless a test says otherwise. May wait.</summary>
    public Func<HookCall, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ConcurrentQueue<HookCall> All { get; } = new();

    public static async Task<HookListener> StartAsync()
    {
        var listener = new HookListener();
        await listener._app.StartAsync();
        return listener;
    }

    public async Task<HookCall> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _calls.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(
            pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var call = new HookCall(http.Request.Method, http.Request.Path + http.Request.QueryString, headers, body.ToArray());
        All.Enqueue(call);
        _calls.Writer.TryWrite(call);
        await Answer(call, http);
    }
}
