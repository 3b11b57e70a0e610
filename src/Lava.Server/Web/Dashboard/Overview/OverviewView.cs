using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The overview as HTML.</summary>
internal static class OverviewView
{
    private static readonly string[] Kept = ["by", "measure", "customer", "meter", "provider", "model"];

    /// <summary>The page without its body.</summary>
    public static PageView Frame { get; } = new(PageArea.Overview, "Overview", Markup.Empty)
    {
        Scripts = ["uPlot.iife.min.js", "overview.mjs"],
        Styles = ["uPlot.min.css", "overview.css"],
    };

    /// <summary>What is shown where nothing was ever called: what to do next.</summary>
    public static Markup Empty(PageCall call, Markup steps) => Markup.Of($"""
        <section data-overview data-empty data-live-url="{Beside(call, OverviewPages.LivePath)}">
        {PartMarkup.Empty("No calls yet", "Send one: it appears here by itself.", $$"""
            curl '{{call.Server}}v1/forward?u=https://api.openai.com/v1/chat/completions' \
              -H 'Content-Type: application/json' \
              -H "Authorization: Bearer $LAVA_SECRET_KEY" \
              -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
            """)}
        </section>
        {steps}
        """);

    /// <summary>All of it.</summary>
    public static Markup Of(
        PageCall call, OverviewQuery query, PlotSeries series, OverviewAttention attention, IReadOnlyDictionary<Guid, string> names)
    {
        var live = query.IsOpen(call.Now) ? Beside(call, OverviewPages.LivePath) : "";
        var whole = Beside(call, OverviewPages.SeriesPath);
        return Markup.Of($"""
            <div data-overview data-series-url="{whole}" data-live-url="{live}" data-measure="{query.MeasureName.Name}"
              data-digits="{(call.HasAllDigits ? "all" : "few")}">
            {OverviewPlots.Ranges(call, query, OverviewPages.Path, Kept)}
            {Chips(call, query, names)}
            {OverviewTiles.Of(call, series)}
            {OverviewPlots.Groups(call, query, series)}
            <div class="columns">
            {OverviewPlots.Calls(series)}
            {attention.Of(call)}
            </div>
            {OverviewBreakdown.Of(call, query, series)}
            </div>
            """);
    }

    // The same query of another of the overview's addresses.
    private static string Beside(PageCall call, string path) =>
        call.Here().Replace(OverviewPages.Path, path, StringComparison.Ordinal);

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
}
