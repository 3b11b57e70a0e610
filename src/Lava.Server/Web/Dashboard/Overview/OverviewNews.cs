using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>
/// What open plots are told: first everything, then, when something has come, the last points anew. They take the place of those that
/// the page has, so that nothing is counted twice, whatever was lost on the way.
/// </summary>
/// <param name="call">Who looks.</param>
/// <param name="stream">Their page's.</param>
/// <param name="at">What the page shows, as if it were asked for at a time.</param>
/// <param name="breakdown">The rows of the groups; null: the page has none.</param>
internal sealed class OverviewNews(
    PageCall call,
    EventStream stream,
    Func<DateTimeOffset, OverviewQuery> at,
    Func<OverviewQuery, PlotSeries, Markup>? breakdown = null)
{
    // The present point and the one before: a call counts in the quarter of an hour in which it came, and is known when it has ended.
    private const int LastPoints = 2;

    // A call that lasted longer, and what another process of this store has taken in.
    private static readonly TimeSpan WholeInterval = TimeSpan.FromMinutes(1);

    private readonly OverviewSource _source = new(call.Parts.Reading, call.Parts.Time);
    private PlotSeries? _shown;
    private long _position;
    private DateTimeOffset _wholeAt;

    /// <summary>Tells what is new, if anything is.</summary>
    public async Task TellAsync()
    {
        try
        {
            _shown = await SendAsync(_shown);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or QueryTooLongException)
        {
            // The page keeps what it has; as soon as PostgreSQL is back it gets everything.
            _shown = null;
        }
    }

    private async Task<PlotSeries> SendAsync(PlotSeries? shown)
    {
        var now = call.Parts.Time.GetUtcNow();
        var position = call.Parts.Position();
        if (shown is null || now >= shown.Range.Until || now - _wholeAt >= WholeInterval)
        {
            return await SendWholeAsync(position, now);
        }

        if (position == _position)
        {
            return shown;
        }

        var query = at(call.Now) with { Range = shown.Range };
        var from = Math.Max(0, shown.Range.Count - LastPoints);
        if (await _source.ReadAgainAsync(query, shown, from, stream.End) is not { } points)
        {
            return await SendWholeAsync(position, now);
        }

        await stream.SendAsync("points", PlotJson.Points(points, from));
        _position = position;
        return shown;
    }

    private async Task<PlotSeries> SendWholeAsync(long position, DateTimeOffset now)
    {
        var query = at(now);
        var series = await _source.ReadAsync(query, call.Zone.Name, stream.End);
        await stream.SendAsync("series", PlotJson.Whole(series, breakdown?.Invoke(query, series)));
        (_position, _wholeAt) = (position, now);
        return series;
    }
}
