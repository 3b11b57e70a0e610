using Lava.Core;
using Lava.Gateway;
using Lava.Server.Api;
using Lava.Server.Configuration;
using Lava.Server.Web;
using Lava.Server.Web.Checkout;
using Lava.Server.Web.Dashboard;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lava.Server.Hosting;

/// <summary>
/// Kestrel and its routes. It listens before the node runs, and says then what it waits for. Nothing is read from outside
/// <see cref="ServeOptions"/>: no appsettings.json, no ASPNETCORE_ variables.
/// </summary>
internal sealed class WebHost : IAsyncDisposable
{
    // A forward token with a provider key, twice (header and query), and room for what providers' SDKs send.
    private const int HeadersBytes = 64 * 1024;

    // A full house of calls, and as many connections that are kept open between calls; more are closed as they come.
    private const int ConnectionsMax = 2 * GatewayLimits.ConcurrentCalls;

    // Seconds after which a caller may try a server that starts: as often as the start itself tries PostgreSQL.
    private static readonly string RetryAfter = $"{NodeStart.MaxPause.TotalSeconds}";

    // Calls that are cut off answer while their connections still stand; those that wait for a client that does not read end with its
    // connection.
    private static readonly TimeSpan CutPause = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _app;
    private readonly NodeState _state;
    private volatile RequestDelegate _serve;

    private WebHost(WebApplication app, NodeState state)
    {
        _app = app;
        _state = state;
        _serve = Routes(routes => routes.MapFallback("{**path}", RefuseAsync));
    }

    /// <summary>Loggers.</summary>
    public ILoggerFactory Logging => _app.Services.GetRequiredService<ILoggerFactory>();

    /// <summary>The addresses as they are bound.</summary>
    public IEnumerable<string> Urls => _app.Urls;

    public static WebHost Create(ServeOptions options, NodeState state, IHostLifetime lifetime)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(lifetime);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.UseKestrelCore().UseSockets(SocketThreads.Configure).ConfigureKestrel(Configure).UseUrls(options.Urls);
        return new WebHost(builder.Build(), state);
    }

    /// <summary>Listens; all but the health's routes answer 503 for now.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _app.Run(http => _serve(http));
        return _app.StartAsync(cancellationToken);
    }

    /// <summary>From now on calls are served.</summary>
    public void Serve(ServerNode node)
    {
        var others = Routes(routes =>
        {
            routes.MapManagementApi(node.Management, node.Reports);
            routes.MapCheckout(node.CheckoutWeb, Logging);
            routes.MapStripeWebhook(node.StripeWebhook);
            if (node.Dashboard is { } dashboard)
            {
                routes.MapDashboard(dashboard, Logging);
            }
        });
        node.Dashboard?.Api.Use(others, _app.Services);
        _state.Run(node);
        _serve = http => GatewayPipeline.Serves(http.Request.Path)
            ? node.Pipeline.InvokeAsync(http)
            : SocketThreads.LeaveAsync(() => others(http));
    }

    /// <summary>
    /// Accepts nothing more and lets running calls finish within the grace period, or until <paramref name="hurry"/>. Those that still run
    /// then are cut off and settled for what was seen of them.
    /// </summary>
    public async Task StopAsync(ServerNode node, TimeSpan grace, CancellationToken hurry)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        limit.CancelAfter(grace);
        using var abort = new CancellationTokenSource();
        var drained = _app.StopAsync(abort.Token);
        await drained.WaitAsync(limit.Token).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!drained.IsCompleted)
        {
            abort.CancelAfter(CutPause);
            await node.Pipeline.StopAsync();
        }

        await drained;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        SocketThreads.Configure(kestrel);

        // Each route has a limit of its own that answers in the API's form.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeadersBytes;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
    }

    private RequestDelegate Routes(Action<IEndpointRouteBuilder> map)
    {
        var app = new ApplicationBuilder(_app.Services);
        app.UseRouting();
        app.UseEndpoints(routes =>
        {
            routes.MapHealth(_state);
            map(routes);
        });
        return app.Build();
    }

    private Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = RetryAfter;
        return AnswerWriter.WriteAsync(
            http, ErrorCode.StoreUnavailable, "The server is starting. Try again shortly; /readyz says what it waits for.");
    }
}
