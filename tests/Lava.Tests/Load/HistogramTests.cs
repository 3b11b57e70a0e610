using Lava.Load.Running;

namespace Lava.Tests.Load;

public sealed class HistogramTests
{
    // Of the bucket in which a value lies.
    private const double TooHighMax = 1.0 / 64;

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(2, 500)]
    [InlineData(3, 1)]
    public void Percentile_RandomDurations_IsTheSortedOneUpToTheBucket(int seed, int count)
    {
        var random = new Random(seed);
        var histogram = new Histogram();
        var values = new TimeSpan[count];
        for (var i = 0; i < count; i++)
        {
            // From 100 ns to 100 s, evenly over the powers of ten.
            values[i] = TimeSpan.FromTicks((long)Math.Pow(10, random.NextDouble() * 9));
            histogram.Record(values[i]);
        }

        Array.Sort(values);
        foreach (var share in new[] { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = values[(int)Math.Max(0, Math.Ceiling(count * share) - 1)];
            Assert.InRange(histogram.Percentile(share), exact, exact * (1 + TooHighMax));
        }

        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(count, histogram.Count);
    }

    [Fact]
    public void Percentile_Empty_IsZero() => Assert.Equal(TimeSpan.Zero, new Histogram().Percentile(0.99));

    [Fact]
    public void Record_Negative_CountsAsZero()
    {
        var histogram = new Histogram();
        histogram.Record(TimeSpan.FromSeconds(-1));
        Assert.Equal((1, TimeSpan.Zero), (histogram.Count, histogram.Max));
    }
}
