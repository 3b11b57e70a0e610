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
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head)
    {
        var query = QueryAt(call, head, call.Now);
        var series = await new OverviewSource(call.Parts.Reading, call.Parts.Time).ReadAsync(query, call.Zone.Name, call.Aborted);
        var document = call.Link(OverviewPages.SeriesPath, Parameters.Select(name => (name, call.Query(name))).Append(("customer", head.Id)));
        return Markup.Of($"""
            <div data-overview data-series-url="{document}" data-measure="{query.MeasureName.Name}"
              data-digits="{(call.HasAllDigits ? "all" : "few")}"{(query.IsOpen(call.Now) ? Markup.Of($" data-told") : Markup.Empty)}>
            {OverviewPlots.Ranges(call, query, head.Path(), ["measure"])}
            <div class="columns">
            {OverviewPlots.Groups(call, query, series)}
            {OverviewPlots.Calls(series)}
            </div>
            </div>
            """);
    }

    /// <summary>Which usage they show.</summary>
    public static OverviewQuery QueryAt(PageCall call, CustomerHead head, DateTimeOffset now) => OverviewQuery.At(call, now) with
    {
        By = TotalsGrouping.Model, CustomerId = head.Key, MeterId = null, Provider = null, Model = null,
    };
}
