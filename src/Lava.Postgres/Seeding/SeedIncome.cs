using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Postgres.Seeding;

/// <summary>Money that came into a customer's wallet: a grant, and what it came from.</summary>
public sealed record SeedIncome
{
    /// <summary>The grant's id; also that of its ledger transaction.</summary>
    public required Guid Id { get; init; }

    /// <summary>Customer.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The customer's wallet.</summary>
    public required long WalletId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How much credit; positive.</summary>
    public required Money Amount { get; init; }

    /// <summary>What of it a debt takes at once.</summary>
    public Money Owed { get; init; }

    /// <summary>Where it comes from.</summary>
    public required CreditOrigin Origin { get; init; }

    /// <summary>The merchant's note.</summary>
    public string? Reason { get; init; }

    /// <summary>When what remains lapses; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The subscription that it belongs to; null: none.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>The bundle that was bought; null: none.</summary>
    public Guid? BundleId { get; init; }

    /// <summary>What was paid for it; null: nothing.</summary>
    public SeedPayment? Payment { get; init; }

    /// <summary>The cycle that begins with it; null: none does.</summary>
    public SeedCycle? Cycle { get; init; }
}
