using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Lava.Benchmarks.Reporting;

/// <summary>
/// Percentiles that a benchmark has measured beside its mean. The benchmarks run in this process: a static reaches the report.
/// </summary>
internal static class Waits
{
    private static readonly ConcurrentDictionary<string, string> Notes = new();

    public static string? Find(string benchmark) => Notes.GetValueOrDefault(benchmark);

    /// <summary>Sorts the waits and keeps their percentiles.</summary>
    /// <param name="benchmark">Class and parameter.</param>
    /// <param name="ticks">Of the stopwatch; of the last iteration.</param>
    public static void Keep(string benchmark, long[] ticks)
    {
        Array.Sort(ticks);
        Notes[benchmark] = string.Create(
            CultureInfo.InvariantCulture,
            $"wait p50 {Micros(ticks, 0.5):N0} µs, p99 {Micros(ticks, 0.99):N0} µs, p99.9 {Micros(ticks, 0.999):N0} µs");
        Console.WriteLine($"// {benchmark}: {Notes[benchmark]}");
    }

    private static double Micros(long[] ticks, double quantile) =>
        Stopwatch.GetElapsedTime(0, ticks[(int)Math.Min(ticks.Length - 1, ticks.Length * quantile)]).TotalMicroseconds;
}
