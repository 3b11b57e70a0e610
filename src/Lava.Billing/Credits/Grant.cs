using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>Credit that a customer was given, of whatever origin.</summary>
public sealed record Grant
{
    /// <summary>Id; also the id of its ledger transaction.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose credit.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>Where it came from.</summary>
    public required CreditOrigin Origin { get; init; }

    /// <summary>What was given; positive.</summary>
    public required Money Amount { get; init; }

    /// <summary>What calls have not used, and what has not expired or been refunded.</summary>
    public required Money Remaining { get; init; }

    /// <summary>The merchant's note.</summary>
    public string? Reason { get; init; }

    /// <summary>When what remains lapses; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
