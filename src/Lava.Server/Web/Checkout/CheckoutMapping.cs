namespace Lava.Server.Web.Checkout;

/// <summary>Where the checkout's pages are hung into the server.</summary>
internal static class CheckoutMapping
{
    /// <summary>The pages and their assets; nothing where the server sells nothing.</summary>
    public static void MapCheckout(this IEndpointRouteBuilder routes, CheckoutWeb? web, ILoggerFactory logging)
    {
        if (web is null)
        {
            return;
        }

        new CheckoutRoutes(web, logging.CreateLogger<CheckoutRoutes>()).Map(routes);
        routes.MapAssets();
    }
}
