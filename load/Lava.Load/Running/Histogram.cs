using System.Numerics;

namespace Lava.Load.Running;

/// <summary>
/// Durations in buckets of at most 1/64 of their value: a percentile is at most 1.6 % too high, and recording is one increment, from
/// any thread.
/// </summary>
internal sealed class Histogram
{
    // 2^6 buckets for each power of two of nanoseconds.
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;
    private readonly long[] _counts = new long[(64 - SubBits) * SubBuckets];
    private long _max;

    public long Count => _counts.Sum();

    public TimeSpan Max => FromNanoseconds(Volatile.Read(ref _max));

    public void Record(TimeSpan duration)
    {
        var nanoseconds = Math.Max(0, duration.Ticks) * TimeSpan.NanosecondsPerTick;
        Interlocked.Increment(ref _counts[Index(nanoseconds)]);
        var max = Volatile.Read(ref _max);
        while (nanoseconds > max)
        {
            var seen = Interlocked.CompareExchange(ref _max, nanoseconds, max);
            if (seen == max)
            {
                return;
            }

            max = seen;
        }
    }

    /// <summary>The upper bound of the bucket in which the share of all durations is reached; zero without any.</summary>
    public TimeSpan Percentile(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return FromNanoseconds(Math.Min(Volatile.Read(ref _max), UpperBound(i)));
            }
        }

        return TimeSpan.Zero;
    }

    // Below 64 ns each value has its bucket; above, the six bits after the leading one choose it.
    private static int Index(long nanoseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)nanoseconds | 1) - SubBits);
        return (shift << SubBits) + (int)(nanoseconds >> shift);
    }

    private static long UpperBound(int index)
    {
        var shift = Math.Max(0, (index >> SubBits) - 1);
        var mantissa = (long)(index - (shift << SubBits));
        return ((mantissa + 1) << shift) - 1;
    }

    private static TimeSpan FromNanoseconds(long nanoseconds) => new(nanoseconds / TimeSpan.NanosecondsPerTick);
}
