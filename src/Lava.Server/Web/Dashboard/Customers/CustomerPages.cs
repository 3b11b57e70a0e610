using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>The pages of customers.</summary>
internal static class CustomerPages
{
    public static void Map(PageRoutes routes)
    {
        routes.Get("/customers", CustomerListPage.ShowAsync);
        routes.Get("/customers/new", call => CustomerNewPage.ShowAsync(call, null, null));
        routes.Post("/customers/new", CustomerNewPage.CreateAsync);
        routes.Get("/customers/{id}", ShowAsync);
        routes.GetStream("/customers/{id}/live", CustomerHead.ReadAsync, CustomerStream.RunAsync);
        routes.Post("/customers/{id}/settings", SettingsTab.SaveAsync);
        routes.Post("/customers/{id}/limits", SettingsTab.LimitAsync);
        routes.Post("/customers/{id}/delete", SettingsTab.DeleteAsync);
        CreditPages.Map(routes);
        PlanPages.Map(routes);
        PaymentPages.Map(routes);
        CheckoutLinkPages.Map(routes);
        BundleSalePages.Map(routes);
        CardPages.Map(routes);
    }

    private static async Task ShowAsync(PageCall call)
    {
        var head = await CustomerHead.ReadAsync(call);
        var tab = call.Query("tab");

        // A call that has ended stands in the sums, as it stands in the balance.
        await call.CatchUpAsync();
        var body = tab switch
        {
            null => await OverviewTab.ReadAsync(call, head),
            "ledger" => await LedgerTab.ReadAsync(call, head),
            "grants" => await GrantsTab.ReadAsync(call, head),
            "payments" => await PaymentsTab.ReadAsync(call, head),
            "settings" => SettingsTab.Of(call, head),
            _ => throw Api.ApiException.NotFound("page"),
        };
        await call.OkAsync(await head.ViewAsync(call, tab, body));
    }
}
