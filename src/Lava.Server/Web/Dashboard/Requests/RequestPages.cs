using Lava.Metering.Catalog;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>The pages of requests.</summary>
internal sealed class RequestPages
{
    private readonly RequestExport _export = new();
    private PriceHistory? _prices;

    private RequestPages()
    {
    }

    /// <summary>Maps them.</summary>
    public static void Map(PageRoutes routes)
    {
        var pages = new RequestPages();
        routes.Get("/requests", RequestListPage.ShowAsync);
        routes.Get("/requests/{id}", pages.ShowAsync);
        routes.GetLong("/requests.csv", pages._export.RunAsync);
        routes.GetStream("/requests.live", RequestStream.RunAsync);
    }

    // Made when the first request is shown: the books of all days are many.
    private Task ShowAsync(PageCall call) =>
        RequestPage.ShowAsync(call, _prices ??= new PriceHistory(call.Parts.Management.Prices));
}
