using Lava.Gateway.Limits;

namespace Lava.Tests.Gateway.Limits;

public sealed class RateBucketTests
{
    private const long Frequency = 1_000;
    private const long Minute = 60 * Frequency;

    [Fact]
    public void TryTake_FullBucket_GivesItsBurstThenOneEachInterval()
    {
        var bucket = new RateBucket();
        for (var i = 0; i < 5; i++)
        {
            Assert.True(bucket.TryTake(100, Frequency, 60, 5, out _));
        }

        Assert.False(bucket.TryTake(100, Frequency, 60, 5, out var wait));
        Assert.Equal(Frequency, wait);
        Assert.False(bucket.TryTake(100 + Frequency - 1, Frequency, 60, 5, out wait));
        Assert.Equal(1, wait);
        Assert.True(bucket.TryTake(100 + Frequency, Frequency, 60, 5, out _));
        Assert.False(bucket.TryTake(100 + Frequency, Frequency, 60, 5, out _));
    }

    [Fact]
    public void TryTake_AfterALongPause_HoldsNoMoreThanTheBurst()
    {
        var bucket = new RateBucket();
        Assert.True(bucket.TryTake(0, Frequency, 60, 3, out _));
        var taken = Enumerable.Range(0, 100).Count(_ => bucket.TryTake(1_000 * Minute, Frequency, 60, 3, out var _));
        Assert.Equal(3, taken);
    }

    [Fact]
    public void TryTake_SmallerAndFasterThanBefore_ForgetsTheOldDebt()
    {
        var bucket = new RateBucket();
        while (bucket.TryTake(0, Frequency, 1, 1_000, out _))
        {
        }

        // Of the old rules it would be full in a thousand minutes.
        Assert.False(bucket.TryTake(0, Frequency, 60, 2, out var wait));
        Assert.Equal(Frequency, wait);
        Assert.True(bucket.TryTake(Frequency, Frequency, 60, 2, out _));
    }

    [Fact]
    public void TryTake_EachTime_TellsWhenItIsFullAgain()
    {
        var bucket = new RateBucket();
        foreach (var (expected, isTaken) in new[] { (Frequency, true), (2 * Frequency, true), (2 * Frequency, false) })
        {
            Assert.Equal(isTaken, bucket.TryTake(0, Frequency, 60, 2, out _, out var fullAt));
            Assert.Equal(expected, fullAt);
        }

        // Emptier than the new rule's empty: never later than that.
        Assert.False(bucket.TryTake(0, Frequency, 60, 1, out _, out var lowered));
        Assert.Equal(Frequency, lowered);
    }

    [Fact]
    public void TryTake_LargestRules_DoNotOverflow()
    {
        const long nanoseconds = 1_000_000_000;
        foreach (var perMinute in new[] { 1, 1_000_000 })
        {
            var bucket = new RateBucket();
            Assert.True(bucket.TryTake(long.MaxValue / 2, nanoseconds, perMinute, 1_000_000, out _));
            Assert.True(bucket.TryTake(long.MaxValue / 2, nanoseconds, perMinute, 1_000_000, out var wait));
            Assert.Equal(0, wait);
        }
    }

    [Fact]
    public void TryTake_ManyAtOnce_GivesNeverMoreThanThereIs()
    {
        var bucket = new RateBucket();
        var taken = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (bucket.TryTake(7, Frequency, 60, 500, out var _))
            {
                Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(500, taken);
    }
}
