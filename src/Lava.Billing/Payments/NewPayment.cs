using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A payment to be opened.</summary>
public sealed record NewPayment
{
    /// <summary>What it is for.</summary>
    public required PaymentKind Kind { get; init; }

    /// <summary>Whose customer pays.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Who pays.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The customer's wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>For a plan, a proration or a bundle.</summary>
    public Money Fee { get; init; }

    /// <summary>Debt that it pays.</summary>
    public Money Overage { get; init; }

    /// <summary>What its success puts into the wallet beside the overage.</summary>
    public Money Credit { get; init; }

    /// <summary>The subscription; null: a bundle or a top-up without one.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>The cycle that it pays for.</summary>
    public Guid? CycleId { get; init; }

    /// <summary>The bundle that it buys.</summary>
    public Guid? CreditBundleId { get; init; }

    /// <summary>The plan that it switches to or renews.</summary>
    public Guid? PlanId { get; init; }

    /// <summary>Nobody asked for it: the guard rails hold, and what a person or a renewal wants takes its place.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>The card that is charged, which becomes the default by success; null: the default card.</summary>
    public Guid? PaymentMethodId { get; init; }

    /// <summary>The checkout session that is completed by it; null: none.</summary>
    public Guid? CheckoutSessionId { get; init; }

    /// <summary>Somebody waits for it and can answer the bank: it is never tried again behind that person's back.</summary>
    public bool IsAttended { get; init; }

    /// <summary>What is charged at least: a payment below it is not opened. It is no term of the payment.</summary>
    public ChargeLeast Least { get; init; }

    /// <summary>The caller's key, the customer's own: the same key gives the first payment again.</summary>
    public string? IdempotencyKey { get; init; }
}
