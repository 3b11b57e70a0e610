using Lava.Core.Accounts;

namespace Lava.Tests.Core.Accounts;

/// <summary>Where the times of limits begin and end.</summary>
public sealed class LimitPeriodTests
{
    private static readonly DateOnly Cycle = new(2026, 4, 17);

    /// <summary>A moment, and the first days of its day, week and month.</summary>
    public static TheoryData<string, string, string, string> Moments => new()
    {
        { "2026-05-16T23:59:59.999999Z", "2026-05-16", "2026-05-11", "2026-05-01" },
        { "2026-05-17T00:00:00Z", "2026-05-17", "2026-05-11", "2026-05-01" },
        { "2026-05-18T00:00:00Z", "2026-05-18", "2026-05-18", "2026-05-01" },
        { "2027-01-01T12:00:00Z", "2027-01-01", "2026-12-28", "2027-01-01" },
        { "2028-02-29T00:00:00Z", "2028-02-29", "2028-02-28", "2028-02-01" },
        { "1970-01-01T00:00:00Z", "1970-01-01", "1969-12-29", "1970-01-01" },
        { "1969-12-31T23:59:59.999999Z", "1969-12-31", "1969-12-29", "1969-12-01" },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void Start_AnyMoment_IsThatOfItsDayWeekAndMonth(string moment, string day, string week, string month)
    {
        var found = LimitPeriod.DayOf((DateTimeOffset.Parse(moment, null) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

        Assert.Equal(DateOnly.Parse(day, null), found);
        Assert.Equal(
            [found, DateOnly.Parse(week, null), DateOnly.Parse(month, null), Cycle, DateOnly.MinValue],
            Enum.GetValues<LimitCycle>().Select(cycle => LimitPeriod.StartOf(cycle, found, Cycle)));
    }

    [Fact]
    public void Day_BeyondTheCalendar_IsItsFirstOrLast()
    {
        Assert.Equal(DateOnly.MaxValue, LimitPeriod.DayOf(long.MaxValue));
        Assert.Equal(DateOnly.MinValue, LimitPeriod.DayOf(long.MinValue));
    }

    [Fact]
    public void End_OfEach_IsTheNextOnesStart()
    {
        var end = new DateTimeOffset(2026, 5, 17, 9, 30, 0, TimeSpan.Zero);
        var customer = new Customer { Id = Guid.Empty, MerchantId = Guid.Empty, WalletId = 1, CycleStart = Cycle, CycleEnd = end };

        Assert.Equal("2026-03-01", Text(LimitCycle.Daily, new(2026, 2, 28)));
        Assert.Equal("2026-05-18", Text(LimitCycle.Weekly, new(2026, 5, 11)));
        Assert.Equal("2027-01-01", Text(LimitCycle.Monthly, new(2026, 12, 1)));
        Assert.Equal("2026-06-01", Text(LimitCycle.Cycle, new(2026, 5, 1)));
        Assert.Equal(end, LimitPeriod.EndOf(LimitCycle.Cycle, Cycle, customer));
        Assert.Null(LimitPeriod.EndOf(LimitCycle.Total, DateOnly.MinValue, customer));
        string Text(LimitCycle cycle, DateOnly start) => $"{LimitPeriod.EndOf(cycle, start, customer):yyyy-MM-dd}";
    }
}
