using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Lava.Benchmarks.Reporting;

/// <summary>The rate, by the mean, of a benchmark that says what it works through.</summary>
internal sealed class ThroughputColumn : IColumn
{
    private const double NanosecondsPerSecond = 1e9;

    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "Rate";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Units per second, by the mean";

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Attribute(benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => Rate(summary[benchmarkCase]) ?? "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    /// <summary>The rate as text; null without one.</summary>
    public static string? Rate(BenchmarkReport? report)
    {
        if (report?.ResultStatistics is not { } statistics || Attribute(report.BenchmarkCase) is not { } throughput)
        {
            return null;
        }

        var amount = throughput.Parameter is { } name
            ? Convert.ToDouble(report.BenchmarkCase.Parameters[name], CultureInfo.InvariantCulture)
            : throughput.Amount;
        var rate = amount * NanosecondsPerSecond / statistics.Mean;
        return rate.ToString(rate < 100 ? "F2" : "N0", CultureInfo.InvariantCulture) + " " + throughput.Unit + "/s";
    }

    private static ThroughputAttribute? Attribute(BenchmarkCase benchmark) =>
        benchmark.Descriptor.WorkloadMethod.GetCustomAttribute<ThroughputAttribute>();
}
