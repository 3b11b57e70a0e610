using System.Globalization;
using Lava.Core;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The plots' figures as a table: for who can't see a plot, or wants the numbers. A row is an hour, a day or a week.</summary>
internal static class OverviewFigures
{
    private const int DaysOfHours = 2;
    private const int DaysOfDays = 32;

    private static readonly string[] Columns =
        ["From", "#Charged", "#Spent", "#Margin", "#Requests", "#Errors", "#Blocked", "#Tokens"];

    public static Markup Of(PageCall call, PlotSeries series)
    {
        var days = (series.Range.Until - series.Range.From).TotalDays;
        var step = days <= DaysOfHours ? PlotStep.Hour : days <= DaysOfDays ? PlotStep.Day : PlotStep.Week;
        var blocked = series.BlockedSum();
        return Markup.Of($"""
            <details class="figures"><summary>Table</summary>
            {TableMarkup.Of($"Sums by {step.ToString().ToLowerInvariant()}", Columns, Rows(call, series, step, blocked))}
            </details>
            """);
    }

    private static IEnumerable<IReadOnlyList<Markup>> Rows(PageCall call, PlotSeries series, PlotStep step, long[] blocked)
    {
        var edges = series.Range.Edges;
        for (var first = 0; first < series.Range.Count;)
        {
            var start = LocalEdges.Floor(edges[first], step, call.Zone.Zone);
            var end = first + 1;
            while (end < series.Range.Count && LocalEdges.Floor(edges[end], step, call.Zone.Zone) == start)
            {
                end++;
            }

            yield return Row(call, series, step, blocked, first..end);
            first = end;
        }
    }

    private static Markup[] Row(PageCall call, PlotSeries series, PlotStep step, long[] blocked, Range points)
    {
        var total = series.Total;
        var charge = new Money(PlotGroup.Sum(total.Charge[points]));
        var cost = new Money(PlotGroup.Sum(total.Cost[points]));
        var at = call.Zone.Of(series.Range.Edges[points.Start.Value]);
        var text = at.ToString(step == PlotStep.Hour ? "d MMM, HH:mm" : "d MMM yyyy", CultureInfo.InvariantCulture);
        return
        [
            Markup.Of($"""<span data-from="{points.Start.Value}" data-until="{points.End.Value}">{text}</span>"""),
            Live("charge", call.Amount(charge)),
            Live("cost", call.Amount(cost)),
            Live("margin", call.Amount(charge - cost)),
            Live("requests", Count(total.Requests[points])),
            Live("errors", Count(total.Errors[points])),
            Live("blocked", Count(blocked[points])),
            Live("tokens", Count(total.Tokens[points])),
        ];
    }

    private static Markup Count(long[] points) => Markup.Of($"{FigureText.Count(PlotGroup.Sum(points))}");

    private static Markup Live(string measure, Markup figure) => Markup.Of($"""<span data-sum="{measure}">{figure}</span>""");
}
