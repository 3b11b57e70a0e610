using System.Globalization;
using Lava.Load.Comparing;
using Lava.Load.Running;
using Lava.Load.Scenarios;

namespace Lava.Load;

internal static class Program
{
    private const string Usage =
        """
        lava-load SCENARIO --url URL [--process ID] [--rate N | --copies N] [--seconds N] [--report FILE]
          SCENARIO   json, stream, broke, hot-wallet, soak
          --rate     open loop: calls a second        --copies   closed loop: callers
          --process  the gateway's, on this machine: its memory is watched
          LAVA_SECRET_KEY holds the merchant's secret key. Exit code 1: a threshold was missed; 2: the arguments are wrong.
        """;

    private static async Task<int> Main(string[] args)
    {
        if (CompareCommand.TryRun(args) is { } comparing)
        {
            return await comparing;
        }

        var options = new Dictionary<string, string>();
        for (var i = 1; i + 1 < args.Length; i += 2)
        {
            options[args[i]] = args[i + 1];
        }

        var key = Environment.GetEnvironmentVariable("LAVA_SECRET_KEY");
        string[] known = ["--url", "--process", "--rate", "--copies", "--seconds", "--report"];
        if (args.Length % 2 == 0 || key is null || !ScenarioCatalog.All.TryGetValue(args[0], out var create)
            || !options.TryGetValue("--url", out var url) || options.Keys.Except(known).Any())
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var settings = new ScenarioSettings
        {
            Rate = options.TryGetValue("--rate", out var rate) ? double.Parse(rate, CultureInfo.InvariantCulture) : null,
            Copies = options.TryGetValue("--copies", out var copies) ? int.Parse(copies, CultureInfo.InvariantCulture) : null,
        };
        if (options.TryGetValue("--seconds", out var seconds))
        {
            settings = settings with { During = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) };
        }

        url = url.TrimEnd('/');
        using var client = new GatewayClient(url, key);
        using var watch = new NodeWatch(
            url, options.TryGetValue("--process", out var process) ? int.Parse(process, CultureInfo.InvariantCulture) : null);
        var scenario = await create(client, settings);
        var runner = new Runner(scenario, watch);
        var statistics = await runner.RunAsync();
        var wrong = scenario.Verify is { } verify ? await verify(runner.Finished) : null;
        var report = MarkdownReport.Write(scenario, statistics, wrong);
        Console.WriteLine(report);
        if (options.TryGetValue("--report", out var file))
        {
            await File.WriteAllTextAsync(file, report);
        }

        return wrong is null && scenario.Thresholds.All(threshold => threshold.Holds(statistics)) ? 0 : 1;
    }
}
