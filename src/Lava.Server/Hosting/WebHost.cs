using Lava.Gateway;
using Lava.Server.Api;
using Lava.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lava.Server.Hosting;

/// <summary>
/// Kestrel and its routes. Nothing is read from outside <see cref="ServeOptions"/>: no appsettings.json, no ASPNETCORE_ variables.
/// </summary>
internal sealed class WebHost : IAsyncDisposable
{
    // A forward token with a provider key, twice (header and query), and room for what providers' SDKs send.
    private const int HeadersBytes = 64 * 1024;

    private readonly WebApplication _app;

    private WebHost(WebApplication app) => _app = app;

    /// <summary>Loggers.</summary>
    public ILoggerFactory Logging => _app.Services.GetRequiredService<ILoggerFactory>();

    public static WebHost Create(ServeOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.GracePeriod);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure).UseUrls(options.Urls);
        return new WebHost(builder.Build());
    }

    /// <summary>Serves until SIGTERM or Ctrl-C, then lets running calls finish within the grace period.</summary>
    public async Task RunAsync(ServerNode node, Action<IEnumerable<string>> started)
    {
        _app.Use((http, next) => http.Request.Path.StartsWithSegments(GatewayPipeline.Path) ? node.Pipeline.InvokeAsync(http) : next(http));
        _app.UseRouting();
        _app.MapHealth(node);
        _app.MapManagementApi(node.Management, node.Reports);
        await _app.StartAsync();
        started(_app.Urls);
        await Task.WhenAny(_app.WaitForShutdownAsync(), node.FlusherEnded);
        await _app.StopAsync();
        if (node.FlusherEnded.IsFaulted)
        {
            await node.FlusherEnded;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Each route has a limit of its own that answers in the API's form.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeadersBytes;
    }
}
