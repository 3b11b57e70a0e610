using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Overview;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>The plots of one customer: as the overview's, by model, of a time that the address tells.</summary>
internal static class CustomerPlots
{
    /// <summary>What of the address the plots follow.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["range", "from", "to", "measure"];

    /// <summary>The plots, with the figures of which they are made.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="head">The customer.</param>
    /// <param name="beside">What stands beside the second plot.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head, Func<Task<Markup>> beside)
    {
        var query = QueryAt(call, head, call.Now);
        var other = beside();
        var series = await new OverviewSource(call.Parts.Reading, call.Parts.Time).ReadAsync(query, call.Zone.Name, call.Aborted);
        var second = await other;
        var document = call.Link(
            OverviewPages.SeriesPath, [.. Parameters.Select(name => (name, call.Query(name))), ("customer", head.Id)]);
        return Markup.Of($"""
            <div data-overview data-series-url="{document}" data-measure="{query.MeasureName.Name}"
              data-digits="{(call.HasAllDigits ? "all" : "few")}"{(query.IsOpen(call.Now) ? Markup.Of($" data-told") : Markup.Empty)}>
            {OverviewPlots.Ranges(call, query, head.Path(), ["measure"])}
            {OverviewPlots.Groups(call, query, series)}
            <div class="columns">
            {OverviewPlots.Calls(series)}
            {second}
            </div>
            </div>
            """);
    }

    /// <summary>Which usage they show.</summary>
    public static OverviewQuery QueryAt(PageCall call, CustomerHead head, DateTimeOffset now) => OverviewQuery.At(call, now) with
    {
        By = TotalsGrouping.Model,
        CustomerId = head.Key,
        MeterId = null,
        Provider = null,
        Model = null,
    };
}
