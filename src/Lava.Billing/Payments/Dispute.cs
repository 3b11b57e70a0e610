using Lava.Billing.Overage;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A payment that its payer disputes at the bank.</summary>
public sealed record Dispute
{
    /// <summary>The provider's name of it.</summary>
    public required string Reference { get; init; }

    /// <summary>The payment.</summary>
    public required Guid PaymentId { get; init; }

    /// <summary>Whose customer paid.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Who paid.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The customer's wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>What is disputed; at most what was paid.</summary>
    public required Money Amount { get; init; }

    /// <summary>What is taken of the payment's grants; fixed when the bank takes the money.</summary>
    public required IReadOnlyList<CreditShare> Shares { get; init; }

    /// <summary>What the wallet lost for it so far.</summary>
    public required Money Credit { get; init; }

    /// <summary>How often the bank took the money so far: credit goes with it each time.</summary>
    public required int Takes { get; init; }

    /// <summary>How far it is.</summary>
    public required DisputeStatus Status { get; init; }

    /// <summary>The wallet lost, or got back, what the status says.</summary>
    public required bool IsSettled { get; init; }

    /// <summary>How far the wallet may go now that its card is charged no more by itself; null: as before.</summary>
    public WalletFloor? Floor { get; init; }
}
