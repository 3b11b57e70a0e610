using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The four sums at the top: each with how it differs from as long a time before.</summary>
internal static class OverviewTiles
{
    public static Markup Of(PageCall call, PlotSeries series)
    {
        var (now, before) = (series.Total, series.Before);
        var margin = now.ChargeSum - now.CostSum;
        var requests = PlotGroup.Sum(now.Requests);
        var errors = PlotGroup.Sum(now.Errors);
        var blocked = PlotGroup.Sum(series.BlockedSum());
        return Markup.Of($"""
            <div class="tiles">
            {Tile("charge", "Charged", "What customers were charged", call.Amount(now.ChargeSum),
                Change("charge", FigureText.Change(now.ChargeSum, before.ChargeSum)))}
            {Tile("cost", "Spent", "What providers ask, whoever's key paid it", call.Amount(now.CostSum),
                Change("cost", FigureText.Change(now.CostSum, before.CostSum)))}
            {Tile("margin", "Margin", "Charged less spent, over all requests", call.Amount(margin), Markup.Of($"""
                <span data-live="margin-share">{FigureText.Share(margin.Units, now.ChargeSum.Units)}</span> of what was charged
                """))}
            {Tile("requests", "Requests", "Requests that were answered, by a provider or with its error",
                Markup.Of($"{FigureText.Count(requests)}"), Markup.Of($"""
                {Change("requests", FigureText.Change(requests, PlotGroup.Sum(before.Requests)))};
                errors <span data-live="error-share">{FigureText.Share(errors, requests)}</span>,
                <span data-live="blocked">{FigureText.Count(blocked)}</span> blocked
                """))}
            </div>
            <p class="hint">Changes are against as long a time before, from {call.Moment(series.Range.Before)} on.</p>
            """);
    }

    private static Markup Change(string name, string text) => Markup.Of($"""<span data-live="{name}-change">{text}</span>""");

    private static Markup Tile(string name, string title, string what, Markup figure, Markup below) => Markup.Of($"""
        <div class="tile"><h2 title="{what}">{title}</h2><p class="large" data-live="{name}">{figure}</p><p class="hint">{below}</p></div>
        """);
}
