namespace Lava.Server.Web.Plots;

/// <summary>
/// Where the days, hours and quarters of a time zone begin. Exact moments: a day has 23 or 25 hours where clocks change, and one that
/// begins with an hour that is not there begins after it.
/// </summary>
internal static class LocalEdges
{
    // No zone is further from UTC, and none has two changes within the double of it (tz database 2026a, since 1970).
    private static readonly TimeSpan OffsetMax = TimeSpan.FromHours(16);

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>The last edge that is not after a moment.</summary>
    public static DateTimeOffset Floor(DateTimeOffset moment, PlotStep step, TimeZoneInfo zone)
    {
        if (step == PlotStep.Quarter)
        {
            return FloorQuarter(moment);
        }

        var local = TimeZoneInfo.ConvertTime(moment, zone).DateTime;
        if (step == PlotStep.Hour)
        {
            // Back by what has passed of the hour, so that of an hour that comes twice each is one.
            return FloorQuarter(moment - (local.TimeOfDay - TimeSpan.FromHours(local.Hour)));
        }

        var start = Start(local, step);
        var edge = Moment(start, zone);

        // Clocks that went back over midnight: the day has begun, by its first midnight, before the moment says so.
        return edge <= moment ? edge : Moment(Step(start, step, -1), zone);
    }

    /// <summary>The next edge, or the one <paramref name="count"/> further on; back where it is negative.</summary>
    /// <param name="edge">An edge.</param>
    /// <param name="step">Of this kind.</param>
    /// <param name="count">How many steps.</param>
    /// <param name="zone">Whose clocks.</param>
    public static DateTimeOffset Next(DateTimeOffset edge, PlotStep step, int count, TimeZoneInfo zone)
    {
        if (step is PlotStep.Quarter or PlotStep.Hour)
        {
            return edge + (count * (step == PlotStep.Hour ? 4 : 1) * Quarter);
        }

        // The middle of what the edge begins is the same by any clock.
        var local = TimeZoneInfo.ConvertTime(edge + (Length(step) / 2), zone).DateTime;
        return Moment(Step(Start(local, step), step, count), zone);
    }

    /// <summary>The first moment at which the clocks of a zone show a time or a later one; on a quarter of an hour.</summary>
    public static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        var utc = new DateTimeOffset(local, TimeSpan.Zero);
        var first = utc - zone.GetUtcOffset(utc - OffsetMax);
        var second = utc - zone.GetUtcOffset(utc + OffsetMax);
        var (early, late) = first <= second ? (first, second) : (second, first);
        if (Shown(early, zone) == local)
        {
            return FloorQuarter(early);
        }

        if (Shown(late, zone) == local)
        {
            return FloorQuarter(late);
        }

        // The clocks leave it out: where they jump.
        var (low, high) = (FloorQuarter(early) - Quarter, FloorQuarter(late) + Quarter);
        while (high - low > Quarter)
        {
            var middle = FloorQuarter(low + ((high - low) / 2));
            (low, high) = Shown(middle, zone) >= local ? (low, middle) : (middle, high);
        }

        return high;
    }

    private static DateTime Start(DateTime local, PlotStep step) => step switch
    {
        PlotStep.QuarterDay => local.Date.AddHours(local.Hour / 6 * 6),

        // Monday begins the week.
        PlotStep.Week => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)),
        _ => local.Date,
    };

    private static DateTime Step(DateTime local, PlotStep step, int count) => local + (count * Length(step));

    private static TimeSpan Length(PlotStep step) => step switch
    {
        PlotStep.QuarterDay => TimeSpan.FromHours(6),
        PlotStep.Week => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(1),
    };

    private static DateTime Shown(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    private static DateTimeOffset FloorQuarter(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % Quarter.Ticks), TimeSpan.Zero);
}
