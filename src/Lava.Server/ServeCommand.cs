using Lava.Server.Configuration;
using Lava.Server.Hosting;

namespace Lava.Server;

/// <summary>
/// <c>lava serve</c>. Exits with 0 after a signal, whatever it was doing; with 1 where an operator must mend something; with 2 where a
/// setting is wrong.
/// </summary>
internal static class ServeCommand
{
    private const int Failed = 1;

    public static Task<int> RunAsync(SettingSources sources, List<string> errors) =>
        RunAsync(sources, errors, Environment.GetEnvironmentVariable, null);

    /// <summary>The same, with something that runs beside it: it is told the server's address, and when to end.</summary>
    public static async Task<int> RunAsync(
        SettingSources sources, List<string> errors, Func<string, string?> environment, Func<string, CancellationToken, Task>? beside)
    {
        SocketThreads.Use();
        var options = ServeOptions.Read(sources, errors) with { IsDemo = beside is not null };
        using var signals = new StopSignals();
        var state = new NodeState();

        // It opens nothing yet, and is made while the table of providers is read.
        await using var host = WebHost.Create(options, state, signals);
        var parts = ServeParts.Read(options, environment, errors);
        if (errors.Count > 0 || parts is null)
        {
            return CommandLine.Report(errors);
        }

        try
        {
            await SocketThreads.LeaveAsync(() => RunAsync(options, parts, host, state, signals, beside));
            return 0;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (StoreFailure.IsExpected(e))
        {
            Tell(StoreFailure.Text(e, options.DataDirectory));
            return Failed;
        }
    }

    private static async Task RunAsync(
        ServeOptions options, ServeParts parts, WebHost host, NodeState state, StopSignals signals,
        Func<string, CancellationToken, Task>? beside)
    {
        using var directory = DataDirectory.Open(options.DataDirectory);
        options = options with { MasterKey = directory.MasterKey(options.MasterKey) };
        await host.StartAsync(signals.Stop);

        var first = new FirstMerchant(options.SecretKey);
        var start = new NodeStart(
            state, reason => Tell($"{reason}; {host.Urls.First()}/readyz tells when it is there"), TimeProvider.System);
        await using var node = await start.RunAsync(
            token => ServerNode.StartAsync(options, parts, directory, first, host.Logging, token), signals.Stop);
        host.Serve(node);
        Console.Out.Write(Banner.Text(host.Urls, options, parts, node));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        var other = beside?.Invoke(host.Urls.First(), leave.Token) ?? Task.CompletedTask;

        await node.FlusherEnded.WaitAsync(signals.Stop).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await leave.CancelAsync();
        await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        state.Stop();
        if (node.Pipeline.InFlight > 0)
        {
            Tell($"stopping; {node.Pipeline.InFlight} calls may finish within {options.GracePeriod}, a second signal ends them now");
        }

        await host.StopAsync(node, options.GracePeriod, signals.Hurry);
        if (node.FlusherEnded.IsFaulted)
        {
            await node.FlusherEnded;
        }
    }

    private static void Tell(string text) => Console.Error.WriteLine($"lava: {text}");
}
