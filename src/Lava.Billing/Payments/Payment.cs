using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>What a customer's card was asked for, and how it went.</summary>
public sealed record Payment
{
    /// <summary>Id; with the number of the attempt the provider's idempotency key.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is for: <see cref="NewPayment.Overage"/> and <see cref="NewPayment.Fee"/> are in whole cents together.</summary>
    public required NewPayment Terms { get; init; }

    /// <summary>How far it is.</summary>
    public required PaymentStatus Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it is attempted next; null unless it waits.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The card that was asked last.</summary>
    public Guid? PaymentMethodId { get; init; }

    /// <summary>Why the last attempt was declined; null: it was not.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>The card that was asked last will never pay.</summary>
    public bool IsDeclinedForGood { get; init; }

    /// <summary>The provider's id of the charge.</summary>
    public string? ProviderReference { get; init; }

    /// <summary>Why a person must look at it: what differs; null: nobody must.</summary>
    public string? Review { get; init; }

    /// <summary>What a person decided of it when it was in review; null: nothing, or it never was.</summary>
    public ReviewDecision? Decision { get; init; }

    /// <summary>Of a test merchant's customer.</summary>
    public bool IsTest { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was paid, given up or superseded.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the card is charged.</summary>
    public Money Amount => Terms.Fee + Terms.Overage;
}
