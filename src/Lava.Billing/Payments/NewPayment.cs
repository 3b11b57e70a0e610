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

    /// <summary>The caller's key, the customer's own: the same key gives the first payment again.</summary>
    public string? IdempotencyKey { get; init; }
}
