using FsCheck;
using FsCheck.Fluent;
using Lava.Gateway;

namespace Lava.Tests.Gateway;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Parts = [0.01, 0.5, 0.9, 0.99, 0.999, 1];

    /// <summary>Against the sorted durations themselves: never below, and above by a sixteenth at most.</summary>
    [Fact]
    public void Quantile_AnyDurations_IsThatOfTheSortedOnesToASixteenth() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue).ArrayOf()), Compare));

    [Fact]
    public void Record_BeyondTheEnds_CountsInTheFirstAndTheLast()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue / 2);
        var counts = new long[LatencyHistogram.Buckets];
        histogram.CopyTo(counts);

        Assert.Equal(1, counts[0]);
        Assert.Equal(1, counts[^1]);
    }

    [Fact]
    public void UpperBound_Ascends_AndLeavesNoGap()
    {
        var histogram = new LatencyHistogram();
        for (var bucket = 0; bucket < LatencyHistogram.Buckets - 1; bucket++)
        {
            Assert.True(LatencyHistogram.UpperBound(bucket) < LatencyHistogram.UpperBound(bucket + 1));
            histogram.Record(LatencyHistogram.UpperBound(bucket));
            histogram.Record(LatencyHistogram.UpperBound(bucket) + 1);
        }

        var counts = new long[LatencyHistogram.Buckets];
        histogram.CopyTo(counts);
        Assert.All(counts[1..^1], count => Assert.Equal(2, count));
    }

    [Fact]
    public void Record_AllocatesNothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            histogram.Record(i * 37L);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Compare(int[] durations)
    {
        // Up to nine minutes, small ones as often as large ones.
        var micros = Array.ConvertAll(durations, duration => (long)((duration & 0x1FFF_FFFF) >> (duration % 29)));
        var histogram = new LatencyHistogram();
        Array.ForEach(micros, histogram.Record);
        Array.Sort(micros);
        var counts = new long[LatencyHistogram.Buckets];
        histogram.CopyTo(counts);

        Assert.Equal(micros.Length, counts.Sum());
        Assert.Equal(micros.Sum(), histogram.Sum);
        foreach (var part in Parts)
        {
            var found = LatencyHistogram.Quantile(counts, part);
            var real = micros.Length == 0 ? 0 : micros[Math.Max(1, (int)Math.Ceiling(micros.Length * part)) - 1];
            Assert.InRange(found, real, real + (real / 16));
        }
    }
}
