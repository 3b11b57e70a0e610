using Lava.Server.Web.Dashboard.Customers;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Keys;
using Lava.Server.Web.Dashboard.Operations;
using Lava.Server.Web.Dashboard.Overview;
using Lava.Server.Web.Dashboard.Pricing;
using Lava.Server.Web.Dashboard.Requests;
using Lava.Server.Web.Dashboard.Settings;
using Lava.Server.Web.Dashboard.SignIn;
using Lava.Server.Web.Dashboard.Webhooks;

namespace Lava.Server.Web.Dashboard;

/// <summary>The dashboard's addresses.</summary>
internal static class DashboardRoutes
{
    private const string Live = "live";
    private const string Test = "test";

    /// <summary>Maps them.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes, DashboardParts parts, ILoggerFactory logging)
    {
        var handler = new PageHandler(parts, logging.CreateLogger<PageHandler>());
        new SignInPages(parts, handler).Map(routes);
        routes.MapGet("/", http =>
        {
            PageAnswer.SeeOther(http, "/dashboard");
            return Task.CompletedTask;
        });
        var stopping = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var pages = new PageRoutes(routes, handler, new EventStreams(stopping, parts.Time));
        pages.GetPlain("", GoHomeAsync);
        SettingsPages.Map(pages);
        OverviewPages.Map(pages);
        RequestPages.Map(pages);
        OperationsPages.Map(pages);
        CustomerPages.Map(pages);
        PricingPages.Map(pages);
        KeyPages.Map(pages);
        WebhookPages.Map(pages);
        pages.MapFormsToPages();
        routes.MapFallback("/dashboard/{**path}", handler.Page(_ => throw Api.ApiException.NotFound("page")));
    }

    // Live data once there are any customers, else where people try things out. A page without a mode is of the live one where it can be.
    private static async Task GoHomeAsync(PageCall call)
    {
        var hasLive = !call.IsTest && (await call.GetAsync("/customers?limit=1")).Rows.Any();
        await call.SeeOtherAsync($"/dashboard/{(hasLive ? Live : Test)}{PageArea.Overview.Path}");
    }
}
