using Lava.Server.Web.Plots;

namespace Lava.Tests.Server.Web.Plots;

/// <summary>Edges of plots in every time zone that this machine knows, on the days on which its clocks change.</summary>
public sealed class PlotRangeTests
{
    private const int FirstYear = 2023;
    private const int LastYear = 2027;
    private static readonly DateTimeOffset Now = new(2026, 5, 15, 14, 22, 31, TimeSpan.Zero);

    [Theory]
    [InlineData("24h", PlotStep.Quarter, 96)]
    [InlineData("7d", PlotStep.Hour, 168)]
    [InlineData("30d", PlotStep.QuarterDay, 120)]
    [InlineData("90d", PlotStep.Day, 90)]
    internal void Of_Name_EndsWithThePointThatGoesOn(string name, PlotStep step, int points)
    {
        var range = PlotRange.Of(name, null, null, TimeZoneInfo.Utc, Now);

        Assert.Equal((name, step, points), (range.Name, range.Step, range.Count));
        Assert.True(range.Edges[^2] <= Now && Now < range.Until);
        Assert.Equal(range.Until - range.From, range.From - range.Before);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("7 d", null, null)]
    [InlineData("custom", null, "2026-05-01")]
    [InlineData("custom", "2026-05-01", "soon")]
    [InlineData("custom", "0001-01-01", "9999-12-31")]
    [InlineData("'; --", "'", "'")]
    public void Of_NothingThatItKnows_IsSevenDays(string? name, string? from, string? to) =>
        Assert.Equal("7d", PlotRange.Of(name, from, to, TimeZoneInfo.Utc, Now).Name);

    [Theory]
    [InlineData("2026-05-01", "2026-05-02", PlotStep.Quarter, 192)]
    [InlineData("2026-05-02", "2026-05-01", PlotStep.Day, 0)]
    [InlineData("2026-05-01", "2026-05-14", PlotStep.Hour, 336)]
    [InlineData("2026-03-02", "2026-04-30", PlotStep.QuarterDay, 240)]
    [InlineData("2025-03-01", "2026-04-04", PlotStep.Day, 400)]
    [InlineData("2021-05-17", "2026-05-10", PlotStep.Week, 260)]
    [InlineData("2026-05-01T10:15", "2026-05-01T10:30", PlotStep.Quarter, 1)]
    [InlineData("2026-05-01T10:15", "2026-05-01T10:15", PlotStep.Quarter, 1)]
    [InlineData("2199-01-01", "2199-01-05", PlotStep.Hour, 1)]
    internal void Of_Ends_ChoosesAStepThatFits(string from, string to, PlotStep step, int points)
    {
        var range = PlotRange.Of(null, from, to, TimeZoneInfo.Utc, Now);

        Assert.Equal(PlotRange.Custom, range.Name);
        Assert.True(range.Until <= LocalEdges.Next(Now, PlotStep.Week, 1, TimeZoneInfo.Utc));
        if (points > 0)
        {
            Assert.Equal((step, points), (range.Step, range.Count));
        }
    }

    [Fact]
    public void Of_EveryZoneWhereClocksChange_CoversThePresentInOrder()
    {
        var zones = TimeZoneInfo.GetSystemTimeZones();
        Assert.True(zones.Count > 100, "This machine has no time zones: install tzdata.");
        var seen = new HashSet<string>();
        foreach (var zone in zones)
        {
            var changes = ChangesOf(zone).ToList();

            // Many zones are others by another name.
            if (!seen.Add($"{zone.GetUtcOffset(Now)} {string.Join(' ', changes)}"))
            {
                continue;
            }

            foreach (var moment in changes.Append(Now))
            {
                Check(zone, moment.AddMinutes(-20));
                Check(zone, moment.AddMinutes(50));
                Check(zone, moment.AddDays(3));
            }
        }

        Assert.True(seen.Count > 50);
    }

    [Theory]
    [InlineData("Pacific/Apia", 2011, 12, 29)] // the 30th never was
    [InlineData("Africa/Cairo", 2026, 4, 24)] // begins with an hour that is not there
    [InlineData("America/Havana", 2026, 11, 1)] // its first hour comes twice
    [InlineData("Australia/Lord_Howe", 2026, 4, 5)] // half an hour
    [InlineData("Asia/Kathmandu", 2026, 1, 1)]
    public void Floor_UnusualDay_IsItsFirstMoment(string name, int year, int month, int day)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var noon = LocalEdges.Moment(new DateTime(year, month, day, 12, 0, 0), zone);

        var start = LocalEdges.Floor(noon, PlotStep.Day, zone);

        Assert.Equal(new DateTime(year, month, day), TimeZoneInfo.ConvertTime(start, zone).Date);
        Assert.True(TimeZoneInfo.ConvertTime(start.AddTicks(-1), zone).Date < new DateTime(year, month, day));
        Assert.Equal(start, LocalEdges.Next(LocalEdges.Next(start, PlotStep.Day, -1, zone), PlotStep.Day, 1, zone));
        Assert.Equal(start, LocalEdges.Floor(start, PlotStep.Day, zone));
    }

    [Fact]
    public void Of_DayOfTwentyThreeHours_IsOnePoint()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        var range = PlotRange.Of("custom", "2026-03-01", "2026-05-20", zone, Now.AddMonths(2));

        var lengths = range.Edges.Zip(range.Edges.Skip(1), (edge, next) => (next - edge).TotalHours).ToList();
        Assert.Equal(PlotStep.Day, range.Step);
        Assert.Equal((23, 80), (lengths[28], lengths.Count(hours => hours == 24)));
    }

    private static void Check(TimeZoneInfo zone, DateTimeOffset now)
    {
        foreach (var (name, _) in PlotRange.Choices)
        {
            Check(PlotRange.Of(name, null, null, zone, now), zone, now);
        }

        var day = TimeZoneInfo.ConvertTime(now, zone).ToString("yyyy-MM-dd", null);
        Check(PlotRange.Of(null, day, day, zone, now), zone, now);
    }

    private static void Check(PlotRange range, TimeZoneInfo zone, DateTimeOffset now)
    {
        var what = $"{zone.Id} {range.Name} at {now:O}";
        Assert.True(range.Count is > 0 and <= PlotRange.PointsMax, what);
        Assert.True(range.From <= now && now < range.Until, what);
        Assert.True(range.Before < range.From, what);
        for (var i = 0; i <= range.Count; i++)
        {
            var edge = range.Edges[i];
            Assert.True(edge.UtcTicks % TimeSpan.FromMinutes(15).Ticks == 0, what);
            Assert.True(i == 0 || edge > range.Edges[i - 1], what);
            if (range.Step == PlotStep.Day)
            {
                Assert.True(
                    TimeZoneInfo.ConvertTime(edge, zone).Date > TimeZoneInfo.ConvertTime(edge.AddTicks(-1), zone).Date,
                    $"{what}: no day begins at {edge:O}");
            }
        }
    }

    private static IEnumerable<DateTimeOffset> ChangesOf(TimeZoneInfo zone)
    {
        var end = new DateTimeOffset(LastYear, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var day = new DateTimeOffset(FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero); day < end; day = day.AddDays(1))
        {
            if (zone.GetUtcOffset(day) != zone.GetUtcOffset(day.AddDays(1)))
            {
                var quarter = day;
                while (zone.GetUtcOffset(quarter) == zone.GetUtcOffset(day))
                {
                    quarter = quarter.AddMinutes(15);
                }

                yield return quarter;
            }
        }
    }
}
