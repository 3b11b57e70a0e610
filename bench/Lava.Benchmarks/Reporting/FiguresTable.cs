using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Lava.Benchmarks.Reporting;

/// <summary>All figures of a run in one Markdown table.</summary>
internal static class FiguresTable
{
    public static string Write(IEnumerable<Summary> summaries, Conditions before, Conditions after)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Conditions.Machine()}; short job, in one process; load average {before.Load} before, {after.Load} after; "
            + $"disk sync {before.Disk} before, {after.Disk} after\n");
        text.AppendLine("| operation | mean | ± | fastest | allocated | rate by the mean, waits |");
        text.AppendLine("|---|--:|--:|--:|--:|---|");
        var reports = summaries.SelectMany(summary => summary.Reports);
        foreach (var report in reports.OrderBy(report => Name(report.BenchmarkCase), StringComparer.Ordinal))
        {
            Row(text, report);
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, BenchmarkReport report)
    {
        var name = Name(report.BenchmarkCase);
        if (report.ResultStatistics is not { } statistics)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | failed | | | | |");
            return;
        }

        var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
        var key = report.BenchmarkCase.Descriptor.Type.Name + Parameters(report.BenchmarkCase);
        string?[] notes = [ThroughputColumn.Rate(report), Waits.Find(key)];
        var allocated = bytes is { } count ? count.ToString("N0", CultureInfo.InvariantCulture) + " B" : "";
        string[] times = [Time(statistics.Mean), Time(statistics.StandardDeviation), Time(statistics.Min)];
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| {name} | {string.Join(" | ", times)} | {allocated} | {string.Join("; ", notes.Where(note => note is not null))} |");
    }

    private static string Name(BenchmarkCase benchmark) =>
        benchmark.Descriptor.Type.Name.Replace("Benchmark", "", StringComparison.Ordinal) + "." + benchmark.Descriptor.WorkloadMethod.Name
        + Parameters(benchmark);

    private static string Parameters(BenchmarkCase benchmark) =>
        string.Concat(benchmark.Parameters.Items.Select(item => $" {item.Name}={item.Value}"));

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => nanoseconds.ToString("F1", CultureInfo.InvariantCulture) + " ns",
        < 1_000_000 => (nanoseconds / 1e3).ToString("F2", CultureInfo.InvariantCulture) + " µs",
        _ => (nanoseconds / 1e6).ToString("F2", CultureInfo.InvariantCulture) + " ms",
    };
}
