using System.Numerics;

namespace Lava.Gateway;

/// <summary>
/// Counts durations in buckets that are at most a sixteenth wide: each doubling of a microsecond in sixteen parts, from one microsecond
/// to nine minutes. One interlocked addition each, nothing allocated; 3.3 KB.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>Buckets. The last one has everything above, too.</summary>
    public const int Buckets = Doublings * Parts;

    private const int Parts = 16;
    private const int PartBits = 4;
    private const int Doublings = 26;
    private readonly long[] _counts = new long[Buckets];
    private long _sum;

    /// <summary>All durations together, microseconds.</summary>
    public long Sum => Volatile.Read(ref _sum);

    /// <summary>Counts a duration; one below zero is zero.</summary>
    public void Record(long micros)
    {
        micros = Math.Max(0, micros);
        Interlocked.Increment(ref _counts[BucketOf(micros)]);
        Interlocked.Add(ref _sum, micros);
    }

    /// <summary>The counts of all buckets, <see cref="Buckets"/> of them. What is counted meanwhile may be in it or not.</summary>
    public void CopyTo(Span<long> counts)
    {
        for (var i = 0; i < Buckets; i++)
        {
            counts[i] = Volatile.Read(ref _counts[i]);
        }
    }

    /// <summary>The greatest duration that a bucket counts, microseconds.</summary>
    public static long UpperBound(int bucket)
    {
        // Below sixteen microseconds each has one of its own.
        var doubling = bucket / Parts;
        return doubling == 0 ? bucket : ((long)(Parts + (bucket % Parts) + 1) << (doubling - 1)) - 1;
    }

    /// <summary>
    /// The duration that a part of all does not exceed, to the sixteenth, microseconds: of 0.99 one in a hundred took longer. 0 without
    /// any.
    /// </summary>
    public static long Quantile(ReadOnlySpan<long> counts, double part)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        var wanted = Math.Max(1, (long)Math.Ceiling(total * part));
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= wanted)
            {
                return UpperBound(i);
            }
        }

        return 0;
    }

    private static int BucketOf(long micros)
    {
        if (micros < Parts)
        {
            return (int)micros;
        }

        var log = BitOperations.Log2((ulong)micros);
        var bucket = ((log - PartBits + 1) * Parts) + (int)((micros >> (log - PartBits)) & (Parts - 1));
        return Math.Min(bucket, Buckets - 1);
    }
}
