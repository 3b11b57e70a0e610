using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>The overview: the page, the document of its plots, and the stream that keeps both up to date.</summary>
internal static class OverviewPages
{
    /// <summary>The page.</summary>
    public const string Path = "/overview";

    /// <summary>The document.</summary>
    public const string SeriesPath = "/overview/series";

    /// <summary>The stream.</summary>
    public const string LivePath = "/overview/live";

    public static void Map(PageRoutes routes)
    {
        routes.Get(Path, ShowAsync);
        routes.Get(SeriesPath, AnswerAsync);
        routes.GetStream(LivePath, OverviewStream.RunAsync);
    }

    private static Task ShowAsync(PageCall call)
    {
        // What the address says wrong is told before anything is sent.
        var query = OverviewQuery.Of(call);
        return call.OkAsync(OverviewView.Frame, () => BodyAsync(call, query));
    }

    private static async Task<Markup> BodyAsync(PageCall call, OverviewQuery query)
    {
        var source = new OverviewSource(call.Parts.Reading, call.Parts.Time);
        var attention = OverviewAttention.ReadAsync(source.Attention, call, call.Aborted);
        var names = source.NamesAsync(query, call.Aborted);
        var series = await source.ReadAsync(query, call.Zone.Name, call.Aborted);
        var isEmpty = !query.IsFiltered && series.Blocked.Count == 0 && series.Total.Requests.All(requests => requests == 0)
            && !await source.HasAnyAsync(call.Merchant.Id, call.Aborted) && (await attention).Count == 0;
        return isEmpty
            ? OverviewView.Empty(call, await FirstSteps.ReadAsync(call))
            : OverviewView.Of(call, query, series, await attention, await names);
    }

    private static async Task AnswerAsync(PageCall call)
    {
        var source = new OverviewSource(call.Parts.Reading, call.Parts.Time);
        var query = OverviewQuery.Of(call);
        var series = await source.ReadAsync(query, call.Zone.Name, call.Aborted);
        var bytes = PlotJson.Whole(series, OverviewBreakdown.Inside(call, query, series));
        PageHeaders.SetFragment(call.Http.Response.Headers);
        call.Http.Response.ContentType = "application/json";
        call.Http.Response.ContentLength = bytes.Length;
        await call.Http.Response.Body.WriteAsync(bytes, call.Aborted);
    }
}
