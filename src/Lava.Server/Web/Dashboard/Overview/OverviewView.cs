using System.Globalization;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The overview as HTML.</summary>
internal static class OverviewView
{
    private static readonly string[] Kept = ["by", "measure", "customer", "meter", "provider", "model"];

    /// <summary>What is shown where nothing was ever called: what to do next.</summary>
    public static PageView Empty(PageCall call) => View(Markup.Of($"""
        <section data-overview data-empty data-live-url="{Beside(call, OverviewPages.LivePath)}">
        {PartMarkup.Empty("No calls yet", "Send one: it appears here by itself.", $$"""
            curl '{{call.Server}}v1/forward?u=https://api.openai.com/v1/chat/completions' \
              -H 'Content-Type: application/json' \
              -H "Authorization: Bearer $LAVA_SECRET_KEY" \
              -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
            """)}
        </section>
        """));

    /// <summary>All of it.</summary>
    public static PageView Of(
        PageCall call, OverviewQuery query, PlotSeries series, OverviewAttention attention, IReadOnlyDictionary<Guid, string> names)
    {
        var live = query.IsOpen(call.Now) ? Beside(call, OverviewPages.LivePath) : "";
        var whole = Beside(call, OverviewPages.SeriesPath);
        return View(Markup.Of($"""
            <div data-overview data-series-url="{whole}" data-live-url="{live}" data-measure="{query.MeasureName.Name}"
              data-digits="{(call.HasAllDigits ? "all" : "few")}">
            {Ranges(call, query)}
            {Chips(call, query, names)}
            {OverviewTiles.Of(call, series)}
            {Plot(call, query, series)}
            <div class="columns">
            {Calls(series)}
            {attention.Of(call)}
            </div>
            {OverviewBreakdown.Of(call, query, series)}
            </div>
            """));
    }

    // The same query of another of the overview's addresses.
    private static string Beside(PageCall call, string path) =>
        call.Here().Replace(OverviewPages.Path, path, StringComparison.Ordinal);

    private static PageView View(Markup body) => new(PageArea.Overview, "Overview", body)
    {
        Scripts = ["uPlot.iife.min.js", "overview.mjs"],
        Styles = ["uPlot.min.css", "overview.css"],
    };

    private static Markup Ranges(PageCall call, OverviewQuery query) => Markup.Of($"""
        <div class="ranges">
        <nav class="tabs" aria-label="Time"><ul>
        {PlotRange.Choices.Select((choice, i) => Range(call, query, choice.Name, choice.Text, i + 1))}
        </ul></nav>
        <form method="get" action="{call.Link(OverviewPages.Path)}" class="filter">
        {Kept.Select(name => call.Query(name) is { } value
            ? Markup.Of($"""<input type="hidden" name="{name}" value="{value}">""")
            : Markup.Empty)}
        {Day("from", "From", call.Zone.Of(query.Range.From))}
        {Day("to", "To", call.Zone.Of(query.Range.Until.AddTicks(-1)))}
        <button>Show</button>
        </form>
        </div>
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

    private static Markup Chips(PageCall call, OverviewQuery query, IReadOnlyDictionary<Guid, string> names)
    {
        var chips = new[]
        {
            Chip(call, "customer", "Customer", NameOf(query.CustomerId, call.Query("customer"), names)),
            Chip(call, "meter", "Meter", NameOf(query.MeterId, call.Query("meter"), names)),
            Chip(call, "provider", "Provider", query.Provider),
            Chip(call, "model", "Model", query.Model),
        };
        return query.IsFiltered ? Markup.Of($"""<ul class="chips" aria-label="Filters">{chips}</ul>""") : Markup.Empty;
    }

    private static string? NameOf(Guid? id, string? text, IReadOnlyDictionary<Guid, string> names) =>
        id is { } known ? names.GetValueOrDefault(known, text!) : null;

    private static Markup Chip(PageCall call, string name, string text, string? value) => value is null
        ? Markup.Empty
        : Markup.Of($"""
            <li><a href="{call.Here((name, null))}" title="Take this filter away">{text}: {TextMarkup.Name(value)} ×</a></li>
            """);

    private static Markup Plot(PageCall call, OverviewQuery query, PlotSeries series)
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

    private static Markup Calls(PlotSeries series) => Markup.Of($"""
        <section class="plot"><h2>Requests, errors and blocked calls</h2>
        <div class="plot-area low" data-plot="calls" role="img"
          aria-label="Requests, errors and blocked calls over time; the table above has the figures"></div>
        <div class="legend" data-legend="calls"></div>
        {Blocked(series)}
        </section>
        """);

    private static Markup Blocked(PlotSeries series) => series.Blocked.Count == 0 ? Markup.Empty : PartMarkup.Facts(
        series.Blocked.OrderByDescending(code => PlotGroup.Sum(code.Value))
            .Select(code => (code.Key, Markup.Of($"""
                <span data-live="blocked-{code.Key}">{FigureText.Count(PlotGroup.Sum(code.Value))}</span> blocked
                """))));
}
