using System.Globalization;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;

namespace Lava.Tests.Billing.Subscriptions;

public sealed class CycleTimesTests
{
    private const int Boundaries = 60;
    private static readonly DateTimeOffset Noon = new(2023, 1, 1, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-31T10:00:00Z", BillingInterval.Month, "2026-02-28T10:00:00Z,2026-03-31T10:00:00Z,2026-04-30T10:00:00Z")]
    [InlineData("2028-01-31T10:00:00Z", BillingInterval.Month, "2028-02-29T10:00:00Z,2028-03-31T10:00:00Z")]
    [InlineData("2026-12-30T23:59:59Z", BillingInterval.Month, "2027-01-30T23:59:59Z,2027-02-28T23:59:59Z,2027-03-30T23:59:59Z")]
    [InlineData("2028-02-29T00:00:00Z", BillingInterval.Year,
        "2029-02-28T00:00:00Z,2030-02-28T00:00:00Z,2031-02-28T00:00:00Z,2032-02-29T00:00:00Z")]
    [InlineData("2026-03-28T01:30:00Z", BillingInterval.Day, "2026-03-29T01:30:00Z,2026-03-30T01:30:00Z")]
    [InlineData("2026-12-28T00:00:00Z", BillingInterval.Week, "2027-01-04T00:00:00Z,2027-01-11T00:00:00Z")]
    public void Next_HandWrittenBoundaries_AreThose(string anchor, BillingInterval interval, string boundaries)
    {
        var cycle = CycleTimes.First(DateTimeOffset.Parse(anchor, CultureInfo.InvariantCulture), interval);
        foreach (var boundary in boundaries.Split(','))
        {
            Assert.Equal(DateTimeOffset.Parse(boundary, CultureInfo.InvariantCulture), cycle.End);
            var next = CycleTimes.Next(cycle, interval);
            Assert.Equal((cycle.End, cycle.Index + 1, cycle.Anchor), (next.Start, next.Index, next.Anchor));
            cycle = next;
        }
    }

    /// <summary>Every day of six years, two of them with a 29 February, as the beginning.</summary>
    [Theory]
    [InlineData(BillingInterval.Day, 1)]
    [InlineData(BillingInterval.Week, 7)]
    public void Boundary_DaysAndWeeks_AreAlwaysAsLong(BillingInterval interval, int days)
    {
        foreach (var anchor in Anchors())
        {
            for (var index = 0; index <= Boundaries; index++)
            {
                Assert.Equal(anchor + (index * TimeSpan.FromDays(days)), CycleTimes.Boundary(anchor, interval, index));
            }
        }
    }

    [Theory]
    [InlineData(BillingInterval.Month, 1)]
    [InlineData(BillingInterval.Year, 12)]
    public void Boundary_MonthsAndYears_KeepTheDayWhereTheMonthHasIt(BillingInterval interval, int months)
    {
        foreach (var anchor in Anchors())
        {
            var before = anchor.AddSeconds(-1);
            for (var index = 0; index <= Boundaries; index++)
            {
                var boundary = CycleTimes.Boundary(anchor, interval, index);
                var month = (anchor.Year * 12) + anchor.Month - 1 + (index * months);
                var (year, monthOfYear) = (month / 12, (month % 12) + 1);
                var day = Math.Min(anchor.Day, DateTime.DaysInMonth(year, monthOfYear));
                Assert.Equal(new DateTimeOffset(year, monthOfYear, day, 12, 34, 56, TimeSpan.Zero), boundary);
                Assert.True(boundary > before);
                before = boundary;
            }
        }
    }

    [Fact]
    public void First_AnyMoment_IsWholeSecondsInUtc()
    {
        var cycle = CycleTimes.First(new DateTimeOffset(2026, 5, 1, 1, 30, 0, 999, TimeSpan.FromHours(5.5)), BillingInterval.Month);

        Assert.Equal(new DateTimeOffset(2026, 4, 30, 20, 0, 0, TimeSpan.Zero), cycle.Start);
        Assert.Equal(TimeSpan.Zero, cycle.Start.Offset);
        Assert.Equal(new DateTimeOffset(2026, 5, 30, 20, 0, 0, TimeSpan.Zero), cycle.End);
    }

    private static IEnumerable<DateTimeOffset> Anchors()
    {
        for (var anchor = Noon; anchor.Year <= 2028; anchor = anchor.AddDays(1))
        {
            yield return anchor;
        }
    }
}
