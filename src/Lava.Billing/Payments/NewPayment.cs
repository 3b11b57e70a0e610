using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A payment to be asked of a customer.</summary>
public sealed record NewPayment
{
    /// <summary>What it is for.</summary>
    public required PaymentKind Kind { get; init; }

    /// <summary>The customer's merchant.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Who pays.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The customer's wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>For a plan, a proration or a bundle.</summary>
    public required Money Fee { get; init; }

    /// <summary>Debt that it pays.</summary>
    public required Money Overage { get; init; }

    /// <summary>What its success puts into the wallet beside the overage.</summary>
    public required Money Credit { get; init; }

    /// <summary>The subscription that it is for; null: none, or one that begins with it.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>The cycle that it pays for: at most one payment succeeds for each. Null: for none.</summary>
    public Guid? CycleId { get; init; }

    /// <summary>The bundle that is bought; null: none.</summary>
    public Guid? CreditBundleId { get; init; }

    /// <summary>The plan that is bought or renewed; null: none.</summary>
    public Guid? PlanId { get; init; }
}
