using System.Globalization;
using System.Text;

namespace Lava.Load.Running;

/// <summary>A run as Markdown.</summary>
internal static class MarkdownReport
{
    // Of the gateway's histogram.
    private static readonly double[] LagBounds = [0.1, 0.25, 0.5, 1];
    private static readonly (string Name, double Share)[] Shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

    public static string Write(Scenario scenario, ScenarioStatistics statistics, string? wrong)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {scenario.Name}: {scenario.Description}\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"- load: {Load(scenario.Load)}, after {scenario.WarmUp.TotalSeconds} s of warm-up");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"- machine: {Environment.ProcessorCount} CPUs, {Environment.OSVersion.VersionString}, .NET {Environment.Version}, "
            + $"load average {LoadAverage()}");
        var rate = statistics.Ok / statistics.Elapsed.TotalSeconds;
        text.AppendLine(CultureInfo.InvariantCulture, $"- ok {statistics.Ok} ({rate:F0}/s), failed {statistics.Failed}");
        var answers = string.Join(", ", statistics.Statuses.Select(pair => $"{pair.Status} × {pair.Count}"));
        text.AppendLine(CultureInfo.InvariantCulture, $"- answers: {answers}\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"| ms | {string.Join(" | ", Shares.Select(share => share.Name))} | max |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Shares.Select(_ => "--:|"))}--:|");
        Row(text, scenario.Load is Simulation.Inject ? "latency, from when it was due" : "latency", statistics.Latency);
        Row(text, "first chunk", statistics.FirstChunk);
        Row(text, "of it: the runner's own delay", statistics.SendDelay);
        text.AppendLine();
        Node(text, statistics.Node);
        foreach (var threshold in scenario.Thresholds)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {(threshold.Holds(statistics) ? "holds" : "MISSED")}: {threshold.Text}");
        }

        if (scenario.Verify is not null)
        {
            text.AppendLine(wrong is null ? "- holds: the books" : $"- MISSED: the books: {wrong}");
        }

        return text.ToString();
    }

    private static void Node(StringBuilder text, NodeStatistics node)
    {
        text.AppendLine(CultureInfo.InvariantCulture,
            $"- journal at most {Mebibytes(node.JournalBytesMax)}, open holds at most {node.OpenHoldsMax}");
        var within = string.Join(
            ", ", LagBounds.Select(bound => FormattableString.Invariant($"{node.FlushedWithin(bound):P2} ≤ {bound * 1000} ms")));
        text.AppendLine(CultureInfo.InvariantCulture,
            $"- {node.Flushes} flushes; PostgreSQL had their oldest call after {node.FlushLagMean * 1000:F1} ms on average: {within}");
        if (node.Memory.Count > 0)
        {
            var fifths = string.Join(", ", Enumerable.Range(0, 5).Select(fifth => Mebibytes(node.MemoryInFifth(fifth))));
            text.AppendLine(CultureInfo.InvariantCulture,
                $"- memory of the gateway, medians of the run's fifths: {fifths}; at most {Mebibytes(node.Memory.Max())}");
        }
    }

    private static string Mebibytes(double bytes) => (bytes / (1 << 20)).ToString("F0", CultureInfo.InvariantCulture) + " MiB";

    private static void Row(StringBuilder text, string name, Histogram histogram)
    {
        if (histogram.Count > 0)
        {
            var values = Shares.Select(share => Milliseconds(histogram.Percentile(share.Share))).Append(Milliseconds(histogram.Max));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", values)} |");
        }
    }

    private static string Milliseconds(TimeSpan span) => span.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture);

    private static string Load(Simulation load) => load switch
    {
        Simulation.Inject inject => FormattableString.Invariant($"open loop, {inject.Rate} calls/s for {inject.During.TotalSeconds} s"),
        Simulation.KeepConstant constant => $"closed loop, {constant.Copies} callers for {constant.During.TotalSeconds} s",
        _ => "",
    };

    private static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
