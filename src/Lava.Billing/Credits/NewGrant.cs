using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>A grant to be given.</summary>
public sealed record NewGrant
{
    /// <summary>Id, chosen before the store is asked: a commit whose answer was lost can be found again.</summary>
    public required Guid Id { get; init; }

    /// <summary>The merchant that gives.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Who gets it.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The customer's wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>How much; positive.</summary>
    public required Money Amount { get; init; }

    /// <summary>Where it comes from.</summary>
    public CreditOrigin Origin { get; init; }

    /// <summary>The payment's id where it was made: one payment gives credit once, under whatever key.</summary>
    public string? ExternalReference { get; init; }

    /// <summary>The subscription that brings it; null: none.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>The bundle that was bought; null: none. Calls use bundles after all other credit.</summary>
    public Guid? CreditBundleId { get; init; }

    /// <summary>The merchant's note.</summary>
    public string? Reason { get; init; }

    /// <summary>When what remains lapses; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The caller's key, the customer's own: the same key with the same content gives the first grant again.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Hash of amount, reason and expiry, to tell a repetition from another grant under the same key.</summary>
    public required Guid Fingerprint { get; init; }
}
