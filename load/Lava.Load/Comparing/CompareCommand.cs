using System.Globalization;
using System.Runtime.InteropServices;

namespace Lava.Load.Comparing;

/// <summary>The verbs <c>compare</c> and <c>provider</c> of the load runner.</summary>
internal static class CompareCommand
{
    private const string Compare = "compare";
    public const string Provider = "provider";

    private const string Usage =
        """
        load/compare.sh [--no-build] [--quick] [--rounds N] [--seconds S] [--only QUESTION,…] [--proxies PROXY,…]
                        [--lava PROGRAM] [--also NAME=PROGRAM]… [--out FILE]
          --no-build takes what the last build has left; must come first
          --quick    2 rounds of 1 s instead of 5 of 3 s
          --only     memory, throughput, cpu, latency, streams, hot-wallet, start
          --proxies  nginx, haproxy, floor, floor-inline; all unless told otherwise
          --lava     the build of the gateway to measure instead of this one
          --also     another build of the gateway (lava.dll, or an executable) to measure beside this one
          Exit code 1: a call failed, or the books don't add up; 2: the arguments are wrong.
        """;

    /// <summary>Runs the verb that the arguments begin with; null: it is none of these.</summary>
    public static Task<int>? TryRun(string[] args) => args switch
    {
        [Compare, .. var rest] => CompareAsync(rest),
        [Provider, var port] => Task.FromResult(Provide(int.Parse(port, CultureInfo.InvariantCulture))),
        _ => null,
    };

    /// <summary>Compares; the report goes to standard output and, where it is asked for, into a file.</summary>
    private static async Task<int> CompareAsync(string[] args)
    {
        CompareOptions options;
        try
        {
            options = CompareOptions.Read(args);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong.Message}\n{Usage}");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = Stops(PosixSignal.SIGINT, stop);
        using var terminate = Stops(PosixSignal.SIGTERM, stop);
        try
        {
            var (report, holds) = await new Comparison(options, Console.Error, stop.Token).RunAsync();
            Console.WriteLine(report);
            if (options.Report is { } file)
            {
                await File.WriteAllTextAsync(file, report);
            }

            return holds ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 1;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"{failure}");
            return 1;
        }
    }

    /// <summary>Runs the lean provider until it is told to stop.</summary>
    private static int Provide(int port)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = Stops(PosixSignal.SIGINT, stop);
        using var terminate = Stops(PosixSignal.SIGTERM, stop);
        using var provider = new LeanProvider(port);
        Console.WriteLine($"http://{provider.Address}");
        provider.Run(stop.Token);
        return 0;
    }

    private static PosixSignalRegistration Stops(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
}
