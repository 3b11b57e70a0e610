using System.Globalization;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The largest groups with all their sums, each a way to see it alone.</summary>
internal static class OverviewBreakdown
{
    private static readonly string[] Figures = ["#Charged", "#Spent", "#Margin", "#Requests", "#Errors", "#Tokens"];

    public static Markup Of(PageCall call, OverviewQuery query, PlotSeries series)
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
            <section class="breakdown"><h2>By {text.ToLowerInvariant()}</h2>
            {PartMarkup.Tabs(
                "By what", call.Here(("by", by)), OverviewQuery.Groupings.Select(one => (call.Here(("by", one.Name)), one.Text)))}
            {Note(query)}
            {(series.Groups.Count == 0
                ? Markup.Of($"<p>Nothing was used in this time.</p>")
                : TableMarkup.Of($"Sums by {text.ToLowerInvariant()}", columns, rows))}
            </section>
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

    private static Markup Note(OverviewQuery query) => query.By != TotalsGrouping.Customer || query.CustomerId is not null
        ? Markup.Empty
        : Markup.Of($"""<p class="hint">The largest customers {Window(query.Range)}, with their sums of the time that is shown.</p>""");

    private static string Window(PlotRange range) => OverviewSource.WindowOf(range) switch
    {
        LimitCycle.Daily => "of today (UTC)",
        LimitCycle.Weekly => "of this week (UTC)",
        LimitCycle.Monthly => "of this month (UTC)",
        _ => "of all time",
    };

    private static Markup Name(PageCall call, OverviewQuery query, PlotGroup group)
    {
        var name = TextMarkup.Name(group.Label);
        return query.By switch
        {
            _ when string.IsNullOrEmpty(group.Key) => name,
            TotalsGrouping.Model => PartMarkup.Link(call.Here(("model", group.Key), ("by", "customer")), name),
            TotalsGrouping.Provider => PartMarkup.Link(call.Here(("provider", group.Key), ("by", "model")), name),
            TotalsGrouping.Meter => PartMarkup.Link(
                call.Here(("meter", call.Format(IdPrefix.Meter, Guid.Parse(group.Key))), ("by", "model")), name),
            _ => PartMarkup.Link(
                call.Here(("customer", call.Format(IdPrefix.Customer, Guid.Parse(group.Key))), ("by", "model")), name),
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
