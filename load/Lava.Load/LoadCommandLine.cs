using System.CommandLine;
using System.CommandLine.Parsing;
using Lava.Load.Running;
using Lava.Load.Scenarios;

namespace Lava.Load;

/// <summary>The arguments of <c>lava-load</c>.</summary>
internal sealed class LoadCommandLine
{
    private readonly Argument<ScenarioDefinition> _scenario = new("scenario")
    {
        Description = "One of: " + string.Join(", ", ScenarioCatalog.All.Select(scenario => scenario.Name)) + ".",
        CustomParser = result => Parse(
            result, "no scenario", name => ScenarioCatalog.All.FirstOrDefault(scenario => scenario.Name == name)),
    };

    private readonly Option<string> _url = new("--url") { Description = "The gateway's address.", Required = true };

    private readonly Option<double?> _rate = new("--rate") { Description = "Open loop: calls a second." };

    private readonly Option<int?> _copies = new("--copies") { Description = "Closed loop: callers." };

    private readonly Option<double?> _seconds = new("--seconds") { Description = "How long; several phases are stretched in proportion." };

    private readonly Option<double?> _warmUp = new("--warm-up") { Description = "Seconds of the first phase before it counts." };

    private readonly Option<Simulation[]> _phases = new("--phase")
    {
        Description = "Instead of --rate, --copies and --seconds, as often as wanted: \"inject 500 20s\", \"ramp 500 10s\", "
            + "\"keep 32 20s\", \"pause 2s\".",
        CustomParser = result => ParseAll(result, "no phase", SimulationParser.Parse),
    };

    private readonly Option<Threshold[]> _thresholds = new("--threshold")
    {
        Description = "What must hold too, as often as wanted: \"p99 < 20ms\", \"first-token p99 < 50ms\", \"gap max < 1s\", "
            + "\"rate > 400\", \"failed < 0.1%\". Figures: " + string.Join(", ", DurationFigure.All.Select(figure => figure.Name)) + ".",
        CustomParser = result => ParseAll(result, "no threshold", ThresholdParser.Parse),
    };

    private readonly Option<int?> _process = new("--process")
    {
        Description = "The gateway's, on this machine: its memory and processor time are watched.",
    };

    private readonly Option<string> _report = new("--report") { Description = "File for the report as Markdown." };

    private readonly Option<string> _html = new("--html") { Description = "File for the report as HTML, with plots." };

    public LoadCommandLine()
    {
        Command = new RootCommand(
            "Puts a load on a gateway whose provider is a simulator. LAVA_SECRET_KEY holds the merchant's secret key. "
                + "Exit code 1: a threshold was missed; 2: the arguments are wrong.")
        {
            _scenario, _url, _rate, _copies, _seconds, _warmUp, _phases, _thresholds, _process, _report, _html,
        };
    }

    public RootCommand Command { get; }

    public LoadOptions Read(ParseResult result)
    {
        var scenario = result.GetRequiredValue(_scenario);
        return new LoadOptions
        {
            Scenario = scenario,
            Url = result.GetRequiredValue(_url).TrimEnd('/'),
            Load = result.GetValue(_phases) is { Length: > 0 } phases ? phases : Load(scenario.Load, result),
            Thresholds = result.GetValue(_thresholds) ?? [],
            WarmUp = result.GetValue(_warmUp) is { } warmUp ? TimeSpan.FromSeconds(warmUp) : null,
            Process = result.GetValue(_process),
            Report = result.GetValue(_report),
            Html = result.GetValue(_html),
        };
    }

    private IReadOnlyList<Simulation> Load(Simulation[] own, ParseResult result)
    {
        var whole = own.Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.During);
        var during = result.GetValue(_seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : whole;
        return (result.GetValue(_copies), result.GetValue(_rate)) switch
        {
            ({ } copies, _) => [new Simulation.KeepConstant(copies, during)],
            (_, { } rate) => [new Simulation.Inject(rate, during)],
            _ => [.. own.Select(phase => phase with { During = phase.During * (during / whole) })],
        };
    }

    private static T[] ParseAll<T>(ArgumentResult result, string complaint, Func<string, T?> parse)
        where T : class
    {
        var parsed = result.Tokens.Select(token => (token.Value, Item: parse(token.Value))).ToArray();
        foreach (var (text, item) in parsed)
        {
            if (item is null)
            {
                result.AddError($"{complaint}: {text}");
            }
        }

        return [.. parsed.Select(pair => pair.Item).OfType<T>()];
    }

    private static T Parse<T>(ArgumentResult result, string complaint, Func<string, T?> parse)
        where T : class => ParseAll(result, complaint, parse).FirstOrDefault()!;
}
