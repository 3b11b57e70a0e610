using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>An adjustment to be booked.</summary>
public sealed record NewAdjustment
{
    /// <summary>Id, chosen before the store is asked: a commit whose answer was lost can be found again.</summary>
    public required Guid Id { get; init; }

    /// <summary>The customer's merchant.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Whose wallet.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>What it does.</summary>
    public required AdjustmentKind Kind { get; init; }

    /// <summary>
    /// Refund: what the wallet loses, positive. Correction: what it gains, negative where it loses. Debt: the most that is written off,
    /// positive.
    /// </summary>
    public required Money Amount { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The grant that a refund takes back; null for the other kinds.</summary>
    public Guid? GrantId { get; init; }

    /// <summary>The request that a correction mends, as the API names it.</summary>
    public string? RequestId { get; init; }

    /// <summary>The refund of a payment that it takes back, or gives back, for; null: none.</summary>
    public Guid? RefundId { get; init; }

    /// <summary>The dispute that it takes back, or gives back, for; null: none.</summary>
    public string? DisputeReference { get; init; }

    /// <summary>How often that dispute had begun before: what is given back is what was taken since.</summary>
    public int DisputeRound { get; init; }

    /// <summary>Refund: refuse what is spent already. Otherwise it is taken from the wallet's other credit, and then owed.</summary>
    public bool RemainingOnly { get; init; }

    /// <summary>The caller's key: the same key with the same content gives the first adjustment again.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Hash of the content, to tell a repetition from another adjustment under the same key.</summary>
    public required Guid Fingerprint { get; init; }
}
