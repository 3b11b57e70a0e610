using System.Globalization;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>Plots with the times that they can show, as <c>overview.mjs</c> draws them: all usage, or one customer's.</summary>
internal static class OverviewPlots
{
    /// <summary>The times that can be chosen.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="query">What is shown.</param>
    /// <param name="path">The page's path below the mode.</param>
    /// <param name="kept">Parameters of the address that stay with other days.</param>
    public static Markup Ranges(PageCall call, OverviewQuery query, string path, IEnumerable<string> kept) => Markup.Of($"""
        <div class="ranges">
        <nav class="tabs" aria-label="Time"><ul>
        {PlotRange.Choices.Select((choice, i) => Range(call, query, choice.Name, choice.Text, i + 1))}
        </ul></nav>
        <form method="get" action="{call.Link(path)}" class="filter">
        {kept.Select(name => call.Query(name) is { } value
            ? Markup.Of($"""<input type="hidden" name="{name}" value="{value}">""")
            : Markup.Empty)}
        {Day("from", "From", call.Zone.Of(query.Range.From))}
        {Day("to", "To", call.Zone.Of(query.Range.Until.AddTicks(-1)))}
        <button>Show</button>
        </form>
        </div>
        """);

    /// <summary>A measure over time, the largest groups upon each other, with the table of its figures.</summary>
    public static Markup Groups(PageCall call, OverviewQuery query, PlotSeries series)
    {
        var (_, name, text) = query.MeasureName;
        var by = query.GroupingName.Text.ToLowerInvariant();
        return Markup.Of($"""
            <section class="plot"><h2>{text} by {by}</h2>
            {PartMarkup.Tabs(
                "Measure", call.Here(("measure", name)),
                OverviewQuery.Measures.Select(one => (call.Here(("measure", one.Name)), one.Text)))}
            <div class="plot-area" data-plot="groups" role="img"
              aria-label="{text} by {by} over time; the table below has the figures"></div>
            <div class="legend" data-legend="groups"></div>
            {OverviewFigures.Of(call, series)}
            </section>
            """);
    }

    /// <summary>What became of the calls, over time.</summary>
    public static Markup Calls(PlotSeries series) => Markup.Of($"""
        <section class="plot"><h2>Requests, errors and blocked calls</h2>
        <div class="plot-area low" data-plot="calls" role="img"
          aria-label="Requests, errors and blocked calls over time; the table above has the figures"></div>
        <div class="legend" data-legend="calls"></div>
        {Blocked(series)}
        </section>
        """);

    private static Markup Range(PageCall call, OverviewQuery query, string name, string text, int key)
    {
        var address = call.Here(("range", name), ("from", null), ("to", null));
        return query.Range.Name == name
            ? Markup.Of($"""<li><a href="{address}" data-range="{key}" aria-current="page">{text}</a></li>""")
            : Markup.Of($"""<li><a href="{address}" data-range="{key}">{text}</a></li>""");
    }

    private static Markup Day(string name, string text, DateTimeOffset at) => Markup.Of($"""
        <div class="field"><label for="{name}">{text}</label>
        <input id="{name}" name="{name}" type="date" value="{at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" required></div>
        """);

    private static Markup Blocked(PlotSeries series) => series.Blocked.Count == 0 ? Markup.Empty : PartMarkup.Facts(
        series.Blocked.OrderByDescending(code => PlotGroup.Sum(code.Value))
            .Select(code => (code.Key, Markup.Of($"""
                <span data-live="blocked-{code.Key}">{FigureText.Count(PlotGroup.Sum(code.Value))}</span> blocked
                """))));
}
