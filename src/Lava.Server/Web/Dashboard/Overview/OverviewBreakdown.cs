using System.Globalization;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The largest groups with all their sums, each a way to see it alone.</summary>
internal static class OverviewBreakdown
{
    private static readonly string[] Figures = ["#Charged", "#Spent", "#Margin", "#Requests", "#Errors", "#Tokens"];

    /// <summary>The section.</summary>
    public static Markup Of(PageCall call, OverviewQuery query, PlotSeries series) =>
        Markup.Of($"""<section class="breakdown">{Inside(call, query, series)}</section>""");

    /// <summary>What is in it: all of that is made anew where other groups have come.</summary>
    public static Markup Inside(PageCall call, OverviewQuery query, PlotSeries series)
    {
        var (_, by, text) = query.GroupingName;
        string[] columns = [text, $"Share of {query.MeasureName.Text.ToLowerInvariant()}", .. Figures];
        var whole = Math.Max(0, Measure(series.Total, query.Measure));
        var rows = series.Groups.Select((group, i) => (IReadOnlyList<Markup>)
        [
            Markup.Of($"""<span data-group="{KeyOf(group)}"><i class="key key-{i + 1}"></i>{Name(call, query, group)}</span>"""),
            Share(i, group, Math.Max(0, Measure(group, query.Measure)), whole),
            Live(i, "charge", call.Amount(group.ChargeSum)),
            Live(i, "cost", call.Amount(group.CostSum)),
            Live(i, "margin", call.Amount(group.ChargeSum - group.CostSum)),
            Live(i, "requests", Count(group.Requests)),
            Live(i, "errors", Count(group.Errors)),
            Live(i, "tokens", Count(group.Tokens)),
        ]);
        return Markup.Of($"""
            <h2>By {text.ToLowerInvariant()}</h2>
            {PartMarkup.Tabs(
                "By what",
                call.There(OverviewPages.Path, ("by", by)),
                OverviewQuery.Groupings.Select(one => (call.There(OverviewPages.Path, ("by", one.Name)), one.Text)))}
            {Note(call, query)}
            {(series.Groups.Count == 0
                ? Markup.Of($"<p>Nothing was used in this time.</p>")
                : TableMarkup.Of($"Sums by {text.ToLowerInvariant()}", columns, rows))}
            """);
    }

    /// <summary>The sum of a measure.</summary>
    public static long Measure(PlotGroup group, TotalsMeasure measure) => measure switch
    {
        TotalsMeasure.Cost => group.CostSum.Units,
        TotalsMeasure.Margin => (group.ChargeSum - group.CostSum).Units,
        TotalsMeasure.Requests => PlotGroup.Sum(group.Requests),
        TotalsMeasure.Errors => PlotGroup.Sum(group.Errors),
        TotalsMeasure.Tokens => PlotGroup.Sum(group.Tokens),
        _ => group.ChargeSum.Units,
    };

    // As overview.mjs writes it.
    private static string KeyOf(PlotGroup group) => group.Key is null ? "others" : $"={group.Key}";

    // The sums are exact; who is among the largest is looked for among those who lead windows of limits.
    private static Markup Note(PageCall call, OverviewQuery query) => query.By != TotalsGrouping.Customer || query.CustomerId is not null
        ? Markup.Empty
        : Markup.Of($"""
            <p class="hint">The largest of this time, looked for among those who used the most in all or of late{(query.IsOpen(call.Now)
                ? ""
                : ": who used much only then may be among the others")}. Calls without a customer are among the others.</p>
            """);

    private static Markup Name(PageCall call, OverviewQuery query, PlotGroup group)
    {
        var name = TextMarkup.Name(group.Label);
        Markup Link((string Name, string? Value) filter, string by) =>
            PartMarkup.Link(call.There(OverviewPages.Path, filter, ("by", by)), name);
        return query.By switch
        {
            _ when string.IsNullOrEmpty(group.Key) => name,
            TotalsGrouping.Model => Link(("model", group.Key), "customer"),
            TotalsGrouping.Provider => Link(("provider", group.Key), "model"),
            TotalsGrouping.Meter => Link(("meter", call.Format(IdPrefix.Meter, Guid.Parse(group.Key))), "model"),
            _ => Link(("customer", call.Format(IdPrefix.Customer, Guid.Parse(group.Key))), "model"),
        };
    }

    private static Markup Share(int row, PlotGroup group, long part, long whole)
    {
        var value = whole == 0 ? "0" : Math.Min(1, (double)part / whole).ToString("0.####", CultureInfo.InvariantCulture);
        return Markup.Of($"""
            <meter min="0" max="1" value="{value}" data-share="{row}" aria-label="Share of {TextMarkup.Plain(group.Label)}"></meter>
            """);
    }

    private static Markup Count(long[] points) => Markup.Of($"{FigureText.Count(PlotGroup.Sum(points))}");

    private static Markup Live(int row, string measure, Markup figure) =>
        Markup.Of($"""<span data-live="group-{row}-{measure}">{figure}</span>""");
}
