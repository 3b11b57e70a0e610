using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>
/// What an open overview is told: first everything, then, when something has come, the last points anew. They take the place of those that
/// the page has, so that nothing is counted twice, whatever was lost on the way.
/// </summary>
internal sealed class OverviewStream
{
    /// <summary>From one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The present point and the one before: a call counts in the quarter of an hour in which it came, and is known when it has ended.
    private const int LastPoints = 2;

    // A call that lasted longer, and what another process of this store has taken in.
    private static readonly TimeSpan WholeInterval = TimeSpan.FromMinutes(1);

    private readonly PageCall _call;
    private readonly EventStream _stream;
    private readonly OverviewSource _source;
    private long _position;
    private DateTimeOffset _wholeAt;

    private OverviewStream(PageCall call, EventStream stream)
    {
        (_call, _stream) = (call, stream);
        _source = new OverviewSource(call.Parts.Reading, call.Parts.Time);
    }

    /// <summary>Until the stream ends.</summary>
    public static Task RunAsync(PageCall call, EventStream stream) => new OverviewStream(call, stream).RunAsync();

    private async Task RunAsync()
    {
        PlotSeries? shown = null;
        do
        {
            try
            {
                shown = await SendAsync(shown);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or QueryTooLongException)
            {
                // The page keeps what it has; as soon as PostgreSQL is back it gets everything.
                shown = null;
            }
        }
        while (await _stream.NextAsync(Interval));
    }

    private async Task<PlotSeries> SendAsync(PlotSeries? shown)
    {
        var now = _call.Parts.Time.GetUtcNow();
        var position = _call.Parts.Position();
        if (shown is null || now >= shown.Range.Until || now - _wholeAt >= WholeInterval)
        {
            return await SendWholeAsync(position, now);
        }

        if (position == _position)
        {
            return shown;
        }

        var query = OverviewQuery.Of(_call) with { Range = shown.Range };
        var from = Math.Max(0, shown.Range.Count - LastPoints);
        if (await _source.ReadAgainAsync(query, shown, from, _stream.End) is not { } points)
        {
            return await SendWholeAsync(position, now);
        }

        await _stream.SendAsync("points", PlotJson.Points(points, from));
        _position = position;
        return shown;
    }

    private async Task<PlotSeries> SendWholeAsync(long position, DateTimeOffset now)
    {
        var series = await _source.ReadAsync(OverviewQuery.At(_call, now), _call.Zone.Name, _stream.End);
        await _stream.SendAsync("series", PlotJson.Whole(series));
        (_position, _wholeAt) = (position, now);
        return series;
    }
}
