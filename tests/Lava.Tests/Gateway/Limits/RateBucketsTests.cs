using Lava.Gateway.Limits;

namespace Lava.Tests.Gateway.Limits;

public sealed class RateBucketsTests
{
    [Fact]
    public void Get_KeyInUse_KeepsItsBucketThroughAnyNumberOfOthers()
    {
        var buckets = new RateBuckets<int>(10);
        var mine = buckets.Get(-1);
        for (var key = 0; key < 1_000; key++)
        {
            buckets.Get(key);
            if (key % 9 == 0)
            {
                Assert.Same(mine, buckets.Get(-1));
            }
        }
    }

    [Fact]
    public void Get_ManyKeys_KeepsTwoGenerationsAtMost()
    {
        var buckets = new RateBuckets<int>(10);
        var first = buckets.Get(-1);
        for (var key = 0; key < 1_000; key++)
        {
            buckets.Get(key);
            Assert.InRange(buckets.Count, 1, 20);
        }

        Assert.NotSame(first, buckets.Get(-1));
    }

    [Fact]
    public void Get_ManyThreadsAtOnce_StaysWithinItsBoundAndNeverFails()
    {
        var buckets = new RateBuckets<int>(100);

        Parallel.For(0, 200_000, i => Assert.NotNull(buckets.Get(i % 3 == 0 ? 7 : i)));

        Assert.InRange(buckets.Count, 1, 200 + (4 * Environment.ProcessorCount));
        Assert.Same(buckets.Get(7), buckets.Get(7));
    }

    [Fact]
    public void Get_KnownKey_AllocatesNothing()
    {
        var buckets = new RateBuckets<Guid>();
        var key = Guid.NewGuid();
        buckets.Get(key);

        // The runtime itself allocates now and then, and counts it here: the best round tells.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                buckets.Get(key);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
