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
    public void Start_MomentsAroundEveryBoundary_AreThoseOfACalendarWalkedDayByDay()
    {
        // Every midnight from 1969 to 2031, a microsecond before and after it and one in the day: years that are and are not leap ones.
        var (day, monday, month) = (new DateOnly(1969, 1, 1), new DateOnly(1968, 12, 30), new DateOnly(1969, 1, 1));
        for (var midnight = Micros(day); day.Year < 2032; midnight += 86_400_000_000)
        {
            foreach (var moment in (long[])[midnight, midnight + 1, midnight + 40_000_000_000, midnight + 86_399_999_999])
            {
                var found = LimitPeriod.DayOf(moment);
                Assert.Equal((day, monday, month), (found, Start(LimitCycle.Weekly, found), Start(LimitCycle.Monthly, found)));
                foreach (var cycle in (LimitCycle[])[LimitCycle.Daily, LimitCycle.Weekly, LimitCycle.Monthly])
                {
                    // A moment lies in its time: from its start, and before its end, which is the next one's start.
                    var (start, end) = (Start(cycle, found), LimitPeriod.EndOf(cycle, Start(cycle, found), null)!.Value);
                    Assert.InRange(moment, Micros(start), ((end - DateTimeOffset.UnixEpoch).Ticks / 10) - 1);
                    Assert.Equal(DateOnly.FromDateTime(end.UtcDateTime), Start(cycle, DateOnly.FromDateTime(end.UtcDateTime)));
                }
            }

            day = day.AddDays(1);
            monday = day.DayOfWeek == DayOfWeek.Monday ? day : monday;
            month = day.Day == 1 ? day : month;
        }

        static DateOnly Start(LimitCycle cycle, DateOnly day) => LimitPeriod.StartOf(cycle, day, Cycle);
        static long Micros(DateOnly day) => (day.DayNumber - new DateOnly(1970, 1, 1).DayNumber) * 86_400_000_000L;
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
