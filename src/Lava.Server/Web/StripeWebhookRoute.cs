namespace Lava.Server.Web;

/// <summary>The route of Stripe's webhook.</summary>
internal static class StripeWebhookRoute
{
    /// <summary>Without Stripe there is no such route: 404.</summary>
    public static void MapStripeWebhook(this IEndpointRouteBuilder routes, StripeWebhook? webhook)
    {
        if (webhook is not null)
        {
            routes.MapPost(StripeWebhook.Path, webhook.HandleAsync);
        }
    }
}
