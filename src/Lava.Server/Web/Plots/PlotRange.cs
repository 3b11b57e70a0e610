using System.Globalization;

namespace Lava.Server.Web.Plots;

/// <summary>
/// Which time a plot shows, as its address says, and the edges between its points: exact moments on quarters of an hour, by the viewer's
/// clocks. The last point is the one that goes on.
/// </summary>
internal sealed record PlotRange
{
    /// <summary>Points of a plot at most.</summary>
    public const int PointsMax = 420;

    /// <summary>The name of a range that the viewer chose by its ends.</summary>
    public const string Custom = "custom";

    // Rollups begin with the first release; nobody looks further back.
    private const int YearsMax = 5;
    private const string DayFormat = "yyyy-MM-dd";
    private const string MinuteFormat = "yyyy-MM-dd'T'HH:mm";
    private static readonly DateTime EarliestDay = new(2020, 1, 1);
    private static readonly DateTime LatestDay = new(2200, 1, 1);

    private static readonly (string Name, string Text, PlotStep Step, int Points)[] Named =
    [
        ("24h", "24 hours", PlotStep.Quarter, 96),
        ("7d", "7 days", PlotStep.Hour, 168),
        ("30d", "30 days", PlotStep.QuarterDay, 120),
        ("90d", "90 days", PlotStep.Day, 90),
    ];

    // The first step of which a chosen range does not have too many.
    private static readonly (PlotStep Step, int DaysMax)[] Steps =
        [(PlotStep.Quarter, 2), (PlotStep.Hour, 14), (PlotStep.QuarterDay, 60), (PlotStep.Day, 400), (PlotStep.Week, int.MaxValue)];

    private readonly TimeZoneInfo _zone;

    private PlotRange(string name, PlotStep step, DateTimeOffset[] edges, TimeZoneInfo zone)
    {
        (Name, Step, Edges, _zone) = (name, step, edges, zone);
    }

    /// <summary>The ranges that have a name, with how people read it.</summary>
    public static IEnumerable<(string Name, string Text)> Choices => Named.Select(one => (one.Name, one.Text));

    /// <summary>One of the names, or <see cref="Custom"/>.</summary>
    public string Name { get; }

    /// <summary>From point to point.</summary>
    public PlotStep Step { get; }

    /// <summary>One more than there are points; ascending, UTC.</summary>
    public IReadOnlyList<DateTimeOffset> Edges { get; }

    /// <summary>Points.</summary>
    public int Count => Edges.Count - 1;

    /// <summary>The first moment.</summary>
    public DateTimeOffset From => Edges[0];

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset Until => Edges[^1];

    /// <summary>Where as many points before it begin.</summary>
    public DateTimeOffset Before => LocalEdges.Next(From, Step, -Count, _zone);

    /// <summary>The range that an address names; what it does not name rightly is seven days.</summary>
    /// <param name="name">A name; null: none.</param>
    /// <param name="from">A day, or a minute of one, by the viewer's clocks; null: none.</param>
    /// <param name="to">The last day, or the first minute that is no longer shown.</param>
    /// <param name="zone">Whose clocks.</param>
    /// <param name="now">The present.</param>
    public static PlotRange Of(string? name, string? from, string? to, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (name is null or Custom && TryRead(from, false, out var first) && TryRead(to, true, out var end))
        {
            return Between(first, end, zone, now);
        }

        var (found, _, step, points) = Named.FirstOrDefault(one => one.Name == name, Named[1]);
        var last = LocalEdges.Next(LocalEdges.Floor(now, step, zone), step, 1, zone);
        return new PlotRange(found, step, Ascend(LocalEdges.Next(last, step, -points, zone), last, step, zone), zone);
    }

    private static PlotRange Between(DateTime first, DateTime end, TimeZoneInfo zone, DateTimeOffset now)
    {
        (first, end) = first <= end ? (first, end) : (end, first);
        first = first < end.AddYears(-YearsMax) ? end.AddYears(-YearsMax) : first;
        var days = (end - first).TotalDays;
        var step = Steps.First(one => days <= one.DaysMax).Step;
        var from = LocalEdges.Floor(LocalEdges.Moment(first, zone), step, zone);
        from = from <= now ? from : LocalEdges.Floor(now, step, zone);
        var moment = LocalEdges.Moment(end, zone);
        var until = LocalEdges.Floor(moment <= now ? moment : now, step, zone);
        until = until > from && until == moment ? until : LocalEdges.Next(until, step, 1, zone);
        return new PlotRange(Custom, step, Ascend(from, until, step, zone), zone);
    }

    private static DateTimeOffset[] Ascend(DateTimeOffset from, DateTimeOffset until, PlotStep step, TimeZoneInfo zone)
    {
        var edges = new List<DateTimeOffset> { from };
        for (var i = 1; i <= PointsMax && edges[^1] < until; i++)
        {
            var edge = LocalEdges.Next(from, step, i, zone);

            // A day that a zone left out when it crossed the date line.
            if (edge > edges[^1])
            {
                edges.Add(edge < until ? edge : until);
            }
        }

        return [.. edges];
    }

    private static bool TryRead(string? text, bool isEnd, out DateTime local)
    {
        var isDay = DateTime.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
        if (!isDay && !DateTime.TryParseExact(text, MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out local))
        {
            return false;
        }

        var isKnown = local >= EarliestDay && local <= LatestDay;
        local = isDay && isEnd ? local.AddDays(1) : local;
        return isKnown;
    }
}
