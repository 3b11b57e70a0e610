using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class MeterPositionsTests
{
    private static readonly Guid Customer = Ids.New(TimeProvider.System);
    private static readonly Guid Meter = Ids.New(TimeProvider.System);
    private static readonly DateOnly August = new(2026, 8, 1);
    private static readonly DateOnly September = new(2026, 9, 1);

    [Fact]
    public void Advance_Units_ReturnsThoseBefore()
    {
        var positions = new MeterPositions();
        positions.Set(Customer, Meter, August, 100);
        Assert.Equal(100, positions.Advance(Customer, Meter, August, 7));
        Assert.Equal(107, positions.Advance(Customer, Meter, August, 0));
        Assert.Equal(107, positions.Current(Customer, Meter, August));
    }

    [Fact]
    public void Advance_OtherCustomerMeterOrCycle_CountsApart()
    {
        var positions = new MeterPositions();
        positions.Advance(Customer, Meter, August, 5);
        Assert.Equal(0, positions.Current(Meter, Meter, August));
        Assert.Equal(0, positions.Current(Customer, Customer, August));
        Assert.Equal(0, positions.Advance(Customer, Meter, September, 1));
    }

    [Fact]
    public void Advance_ManyThreads_GivesRangesThatDoNotOverlap()
    {
        const int Threads = 4;
        const int Each = 100_000;
        var positions = new MeterPositions();
        var starts = new long[Threads * Each];
        using var together = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            together.SignalAndWait();
            for (var i = thread * Each; i < (thread + 1) * Each; i++)
            {
                starts[i] = positions.Advance(Customer, Meter, August, 3);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Array.Sort(starts);
        Assert.Equal(Enumerable.Range(0, starts.Length).Select(i => 3L * i), starts);
        Assert.Equal(1, positions.Count);
    }

    [Fact]
    public void TryOpen_Full_RefusesNewPositionsAndServesOldOnes()
    {
        var positions = new MeterPositions(capacity: 1);
        Assert.True(positions.TryOpen(Customer, Meter, August, out _));
        Assert.False(positions.TryOpen(Customer, Meter, September, out _));
        positions.Advance(Customer, Meter, August, 4);
        Assert.True(positions.TryOpen(Customer, Meter, August, out var units));
        Assert.Equal(4, units);
        Assert.Equal(0, positions.Advance(Customer, Meter, September, 9));
        Assert.Equal(2, positions.Count);
    }

    [Fact]
    public void DropBefore_PastCycles_MakesRoom()
    {
        var positions = new MeterPositions(capacity: 1);
        positions.Set(Customer, Meter, August, 4);
        Assert.Equal(0, positions.DropBefore(August));
        Assert.Equal(1, positions.DropBefore(September));
        Assert.Equal(0, positions.Current(Customer, Meter, August));
        Assert.True(positions.TryOpen(Customer, Meter, September, out _));
    }

    [Fact]
    public void Advance_SteadyState_AllocatesNothing()
    {
        var positions = new MeterPositions();
        Assert.Equal(0, Allocations.Least(() =>
        {
            positions.Advance(Customer, Meter, August, 1);
            _ = positions.Current(Customer, Meter, August);
            _ = positions.TryOpen(Customer, Meter, August, out _);
        }));
    }

    [Theory]
    [InlineData("2026-08-31T23:59:59Z", "2026-08-01")]
    [InlineData("2026-09-01T01:30:00+02:00", "2026-08-01")]
    [InlineData("2026-12-31T23:00:00-02:00", "2027-01-01")]
    public void StartOf_AnyOffset_IsTheUtcMonth(string moment, string start) => Assert.Equal(
        DateOnly.Parse(start, System.Globalization.CultureInfo.InvariantCulture),
        BillingCycle.StartOf(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));
}
