using System.Collections.Frozen;

namespace Lava.Core.Accounts;

/// <summary>What the gateway needs to know of a customer.</summary>
public sealed record Customer
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The merchant whose customer this is.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>The prepaid wallet that pays.</summary>
    public required long WalletId { get; init; }

    /// <summary>The merchant's own name for the customer, interchangeable with the id; null where none was given.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>The plan that the customer is subscribed to; null without one.</summary>
    public Guid? PlanId { get; init; }

    /// <summary>The meters of the customer's plan; null without a plan, and then every meter of the merchant charges the wallet.</summary>
    public FrozenSet<Guid>? PlanMeters { get; init; }

    /// <summary>The day on which the subscription's present cycle began, UTC; null: the calendar month counts.</summary>
    public DateOnly? CycleStart { get; init; }

    /// <summary>When the subscription's present cycle ends; null without one.</summary>
    public DateTimeOffset? CycleEnd { get; init; }

    /// <summary>Hard limits, the customer's own and the plan's: one for each unit and cycle, the smaller of both.</summary>
    public UsageLimit[] Limits { get; init; } = [];

    /// <summary>What the plan says of overage; null without a plan that allows some.</summary>
    public CustomerOverage? Overage { get; init; }

    /// <summary>Does a call on this meter charge the customer?</summary>
    public bool Covers(Guid meterId) => PlanMeters is null || PlanMeters.Contains(meterId);
}
