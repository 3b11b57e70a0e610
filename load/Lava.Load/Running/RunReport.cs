using System.Globalization;

namespace Lava.Load.Running;

/// <summary>A run as text and tables, for every format.</summary>
internal sealed class RunReport
{
    // Of the gateway's histogram.
    private static readonly double[] LagBounds = [0.1, 0.25, 0.5, 1];
    private static readonly (string Name, double Share)[] Shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

    // From this share of the latency's on, the runner's own delay is worth a warning.
    private const double LateFrom = 0.5;

    /// <param name="scenario">What was run.</param>
    /// <param name="statistics">What was counted.</param>
    /// <param name="wrong">What is wrong with the books; null where they are right.</param>
    public RunReport(Scenario scenario, ScenarioStatistics statistics, string? wrong)
    {
        Title = $"{scenario.Name}: {scenario.Description}";
        Facts = [.. General(scenario, statistics), .. Streams(statistics.Streams), .. Node(statistics.Node)];
        Durations = [.. DurationFigure.All.Where(figure => figure.Of(statistics).Count > 0).Select(figure => Row(figure, statistics))];
        var verdicts = scenario.Thresholds.Select(threshold => (threshold.Text, threshold.Judge(statistics)));
        Verdicts = scenario.Verify is null ? [.. verdicts] : [.. verdicts, ("the books", Threshold.Of(wrong is null, wrong ?? "right"))];
        Warnings = [.. Warn(statistics)];
    }

    public string Title { get; }

    /// <summary>Name and value.</summary>
    public IReadOnlyList<(string Name, string Text)> Facts { get; }

    public static IReadOnlyList<string> DurationColumns { get; } = ["ms", .. Shares.Select(share => share.Name), "max", "count"];

    /// <summary>Rows of <see cref="DurationColumns"/>.</summary>
    public IReadOnlyList<string[]> Durations { get; }

    /// <summary>What must hold, and whether it does.</summary>
    public IReadOnlyList<(string Text, ThresholdOutcome Outcome)> Verdicts { get; }

    public IReadOnlyList<string> Warnings { get; }

    public bool IsMissed => Verdicts.Any(verdict => verdict.Outcome.Verdict == Verdict.Missed);

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds",
        Verdict.Missed => "MISSED",
        _ => "spoiled: the runner itself was late",
    };

    private static IEnumerable<(string, string)> General(Scenario scenario, ScenarioStatistics statistics)
    {
        yield return ("load", string.Join("; ", scenario.Load.Select(phase => phase.Text))
            + FormattableString.Invariant($"; after {scenario.WarmUp.TotalSeconds} s of warm-up"));
        yield return ("machine", FormattableString.Invariant($"{Environment.ProcessorCount} CPUs, {Environment.OSVersion.VersionString}, ")
            + $".NET {Environment.Version}, load average {LoadAverage()}");
        yield return ("taken", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        yield return ("calls", FormattableString.Invariant($"ok {statistics.Ok} ({statistics.Rate:F0}/s), failed {statistics.Failed}"));
        yield return ("answers", string.Join(", ", statistics.Statuses.Select(pair => $"{pair.Status} × {pair.Count}")));
    }

    private static IEnumerable<(string, string)> Streams(StreamStatistics streams)
    {
        if (streams.Events > 0)
        {
            var each = (double)streams.Events / streams.Chunks;
            yield return ("stream events", FormattableString.Invariant($"{streams.Events} in {streams.Chunks} chunks ({each:0.##} each)"));
        }
    }

    private static IEnumerable<(string, string)> Node(NodeStatistics node)
    {
        yield return ("journal", $"at most {ReportNumbers.Mebibytes(node.JournalBytesMax)}, open holds at most {node.OpenHoldsMax}");
        if (node.Flushes > 0)
        {
            var bounds = LagBounds.Select(bound => FormattableString.Invariant($"{node.FlushedWithin(bound):P2} ≤ {bound * 1000} ms"));
            yield return ("flushes", FormattableString.Invariant(
                $"{node.Flushes}; PostgreSQL had their oldest call after {node.FlushLagMean * 1000:F1} ms on average: ")
                + string.Join(", ", bounds));
        }

        if (node.Samples.Count > 0)
        {
            var fifths = string.Join(", ", Enumerable.Range(0, 5).Select(fifth => ReportNumbers.Mebibytes(node.MemoryInFifth(fifth))));
            var most = ReportNumbers.Mebibytes(node.Samples.Max(sample => sample.Memory));
            yield return ("memory of the gateway", $"medians of the run's fifths: {fifths}; at most {most}");
            var (gateway, runner) = (node.Cores(sample => sample.Processor), node.Cores(sample => sample.RunnerProcessor));
            yield return ("processors", FormattableString.Invariant($"gateway {gateway:F2}, runner {runner:F2} cores on average"));
        }
    }

    private static string[] Row(DurationFigure figure, ScenarioStatistics statistics)
    {
        var histogram = figure.Of(statistics);
        var open = figure == DurationFigure.Latency && statistics.SendDelay.Count > 0 ? ", from when it was due" : "";
        return
        [
            figure.Title + open,
            .. Shares.Select(share => ReportNumbers.Milliseconds(histogram.Percentile(share.Share))),
            ReportNumbers.Milliseconds(histogram.Max),
            histogram.Count.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static IEnumerable<string> Warn(ScenarioStatistics statistics)
    {
        var delay = statistics.SendDelay.Percentile(0.99);
        if (delay > TimeSpan.Zero && delay >= statistics.Latency.Percentile(0.99) * LateFrom)
        {
            yield return $"the runner's own delay (p99 {ReportNumbers.Duration(delay)}) is much of the latency, which is an upper bound";
        }
    }

    private static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
