namespace Lava.Billing.Webhooks;

/// <summary>What webhooks tell of. The values are stored: never renumber.</summary>
public enum WebhookEventKind : short
{
    /// <summary>A customer was made.</summary>
    CustomerCreated = 0,

    /// <summary>A customer's balance is another.</summary>
    BalanceUpdated = 1,

    /// <summary>A customer was deleted.</summary>
    CustomerDeleted = 2,

    /// <summary>A customer's balance fell below the merchant's mark.</summary>
    BalanceLow = 3,

    /// <summary>A customer's credit is used up.</summary>
    BalanceEmpty = 4,

    /// <summary>A credit bundle or overage was paid.</summary>
    TopUpSucceeded = 5,

    /// <summary>A charge for credit was declined.</summary>
    TopUpFailed = 6,

    /// <summary>A new cycle of a subscription began.</summary>
    SubscriptionRenewed = 7,

    /// <summary>A subscription ended.</summary>
    SubscriptionCancelled = 8,

    /// <summary>A hard limit is reached.</summary>
    LimitReached = 9,

    /// <summary>Money of a payment was given back.</summary>
    PaymentRefunded = 10,

    /// <summary>A customer disputes a payment.</summary>
    PaymentDisputed = 11,

    /// <summary>Money that was told to be back did not get there.</summary>
    PaymentRefundFailed = 12,
}
