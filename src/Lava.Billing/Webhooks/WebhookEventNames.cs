namespace Lava.Billing.Webhooks;

/// <summary>What receivers call the events. The first three are Lava's.</summary>
public static class WebhookEventNames
{
    private static readonly string[] Names =
    [
        "customer.created", "customer.wallet.balance.updated", "customer.deleted", "balance.low", "balance.empty", "topup.succeeded",
        "topup.failed", "subscription.renewed", "subscription.cancelled", "limit.reached", "payment.refunded",
        "payment.disputed", "payment.refund_failed",
    ];

    /// <summary>The name of an event.</summary>
    public static string Of(WebhookEventKind kind) => Names[(int)kind];
}
