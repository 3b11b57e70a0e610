using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Postgres.Seeding;

/// <summary>A customer of a seeded store, as the day on which it came leaves it.</summary>
public sealed record SeedCustomer
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its wallet; from <see cref="SeedStore.TakeWalletIdsAsync"/>.</summary>
    public required long WalletId { get; init; }

    /// <summary>The merchant's own name of it.</summary>
    public required string ReferenceId { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>Address of mail.</summary>
    public required string Email { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Hard limits; empty: none.</summary>
    public UsageLimit[] Limits { get; init; } = [];

    /// <summary>Its card at the sandbox.</summary>
    public SeedCard? Card { get; init; }

    /// <summary>What it is subscribed to; null: nothing.</summary>
    public SeedSubscription? Subscription { get; init; }

    /// <summary>How far its wallet may go: zero, or below it by what its plan lets it owe.</summary>
    public Money Floor { get; init; }
}
