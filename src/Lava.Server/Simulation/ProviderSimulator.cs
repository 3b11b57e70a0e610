using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lava.Server.Simulation;

/// <summary>
/// A server that answers like OpenAI, Anthropic and Gemini, to develop, demonstrate and load-test against without keys or cost.
/// It keeps no state: the same request always gets the same bytes. What a request can ask for: <see cref="SimulatorHelp.Text"/>.
/// </summary>
public static class ProviderSimulator
{
    private const int StartFailed = 1;
    private const int WrongSettings = 2;

    /// <summary>A simulator, not yet started. After its start, <see cref="WebApplication.Urls"/> has the ports it took.</summary>
    public static WebApplication Build(SimulatorOptions options)
    {
        // Empty, so that nothing of the host's environment or configuration, and no logger, changes how it runs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options.Http2)).UseUrls([.. options.Urls]);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = SimulatorLimits.Shutdown);
        var simulator = builder.Build();
        simulator.Run(new SimulatorHandler(options, simulator.Lifetime.ApplicationStopping).InvokeAsync);
        return simulator;
    }

    /// <summary>Runs a simulator until the process is told to end or <paramref name="cancellationToken"/> is cancelled.</summary>
    /// <returns>The exit code: 0 after a run, 1 when an address is not free, 2 when one makes no sense.</returns>
    public static async Task<int> RunAsync(
        SimulatorOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var wrong = options.Urls.Where(static url => !IsHttp(url)).ToArray();
        if (wrong.Length > 0 || options.Urls.Count == 0)
        {
            await errors.WriteLineAsync($"--urls takes addresses like {SimulatorOptions.DefaultUrl}, not: {string.Join(", ", wrong)}");
            return WrongSettings;
        }

        await using var simulator = Build(options);
        try
        {
            await simulator.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            await errors.WriteLineAsync(e.Message);
            return StartFailed;
        }

        await output.WriteLineAsync($"Simulating OpenAI, Anthropic and Gemini on {string.Join(", ", simulator.Urls)}");
        await simulator.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static void Configure(KestrelServerOptions kestrel, bool http2)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1);

        // The simulator bounds bodies itself, to answer in the provider's shape; slow readers and writers are what it is there for.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
    }

    private static bool IsHttp(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme == Uri.UriSchemeHttp;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
