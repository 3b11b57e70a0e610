using Lava.Load.Comparing;
using Lava.Load.Running;
using Lava.Load.Scenarios;

namespace Lava.Load;

internal static class Program
{
    private const int Missed = 1;
    private const int WrongArguments = 2;

    private static Task<int> Main(string[] args) => RunAsync(args, Environment.GetEnvironmentVariable("LAVA_SECRET_KEY"));

    /// <param name="args">The command line.</param>
    /// <param name="secretKey">The merchant's.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] args, string? secretKey)
    {
        if (CompareCommand.TryRun(args) is { } comparing)
        {
            return await comparing;
        }

        var arguments = new LoadCommandLine();
        var parsed = arguments.Command.Parse(args);
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"lava-load: {error.Message}");
        }

        if (parsed.Errors.Count > 0)
        {
            return WrongArguments;
        }

        arguments.Command.SetAction((result, _) => RunAsync(arguments.Read(result), secretKey));
        return await parsed.InvokeAsync();
    }

    private static async Task<int> RunAsync(LoadOptions options, string? secretKey)
    {
        if (string.IsNullOrEmpty(secretKey))
        {
            await Console.Error.WriteLineAsync("lava-load: LAVA_SECRET_KEY must hold the merchant's secret key.");
            return WrongArguments;
        }

        using var api = new GatewayClient(options.Url, secretKey);
        using var apps = new ForwardClient(options.Url);
        using var watch = new NodeWatch(options.Url, options.Process);
        var scenario = await options.Scenario.CreateAsync(new ScenarioTools(api, apps), options.Load, options.Thresholds);
        scenario = scenario with { WarmUp = options.WarmUp ?? scenario.WarmUp };
        var statistics = await new Runner(scenario, watch).RunAsync();
        var wrong = scenario.Verify is { } verify ? await verify() : null;
        return await ReportAsync(options, new RunReport(scenario, statistics, wrong), statistics);
    }

    private static async Task<int> ReportAsync(LoadOptions options, RunReport report, ScenarioStatistics statistics)
    {
        var markdown = MarkdownReport.Write(report);
        Console.WriteLine(markdown);
        if (options.Report is { } file)
        {
            await File.WriteAllTextAsync(file, markdown);
        }

        if (options.Html is { } page)
        {
            await File.WriteAllTextAsync(page, HtmlReport.Write(report, statistics));
        }

        return report.IsMissed ? Missed : 0;
    }
}
