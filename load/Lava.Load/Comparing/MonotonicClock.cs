using System.Diagnostics;

namespace Lava.Load.Comparing;

/// <summary>Nanoseconds of CLOCK_MONOTONIC: the same clock in all processes of the machine.</summary>
internal static class MonotonicClock
{
    private static readonly double PerTick = 1e9 / Stopwatch.Frequency;

    public static long Now => Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * PerTick);

    public static TimeSpan Since(long began) => Span(Now - began);

    public static TimeSpan Span(long nanoseconds) => new(nanoseconds / TimeSpan.NanosecondsPerTick);
}
