using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>Money that goes back to whoever paid.</summary>
public sealed record Refund
{
    /// <summary>Id; also the provider's idempotency key.</summary>
    public required Guid Id { get; init; }

    /// <summary>The payment.</summary>
    public required Guid PaymentId { get; init; }

    /// <summary>Whose customer paid.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Who paid.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The customer's wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>Of a test merchant.</summary>
    public required bool IsTest { get; init; }

    /// <summary>Who made the charge; null: nobody knows.</summary>
    public PaymentProviderKind? Provider { get; init; }

    /// <summary>The provider's name of the charge.</summary>
    public required string ChargeReference { get; init; }

    /// <summary>Who wanted it.</summary>
    public required RefundOrigin Origin { get; init; }

    /// <summary>Whole cents; positive.</summary>
    public required Money Amount { get; init; }

    /// <summary>What is taken of the payment's grants; fixed when it is made.</summary>
    public required IReadOnlyList<CreditShare> Shares { get; init; }

    /// <summary>What the wallet lost for it so far.</summary>
    public required Money Credit { get; init; }

    /// <summary>How far it is.</summary>
    public required RefundStatus Status { get; init; }

    /// <summary>Why, in the merchant's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? FailureCode { get; init; }

    /// <summary>When it was made, by PostgreSQL's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its provider was asked before.</summary>
    public bool WasAsked { get; init; }

    /// <summary>The provider's name of it; null until it is known. One that was made there has it from the beginning.</summary>
    public string? Reference { get; init; }
}
