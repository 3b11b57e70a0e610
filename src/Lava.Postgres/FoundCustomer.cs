using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Postgres;

/// <summary>A customer in a list of those that were looked for.</summary>
public sealed record FoundCustomer
{
    /// <summary>Customer.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its wallet: what is in it now is in memory.</summary>
    public required long WalletId { get; init; }

    /// <summary>The merchant's own id of it; null: none.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>Full name; null: not known.</summary>
    public string? Name { get; init; }

    /// <summary>E-mail address; null: not known.</summary>
    public string? Email { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The plan that it is subscribed to; null: none.</summary>
    public Guid? PlanId { get; init; }

    /// <summary>The plan's name; null without one.</summary>
    public string? PlanName { get; init; }

    /// <summary>Is the present cycle of the plan not paid?</summary>
    public bool IsPastDue { get; init; }

    /// <summary>How low its balance is, as the merchant was last told; fine for a wallet that never held anything.</summary>
    public BalanceLevel Level { get; init; }

    /// <summary>Requests in the month that was asked for.</summary>
    public long Requests { get; init; }

    /// <summary>What these were charged.</summary>
    public Money Spend { get; init; }

    /// <summary>When its last call began; null: it made none.</summary>
    public DateTimeOffset? LastAt { get; init; }
}
