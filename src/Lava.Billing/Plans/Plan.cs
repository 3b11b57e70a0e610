using Lava.Core.Accounts;

namespace Lava.Billing.Plans;

/// <summary>What a merchant sells: a price per cycle, the credit in it, and the meters that are charged to its customers.</summary>
public sealed record Plan
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose plan.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Price and credit.</summary>
    public required PlanTerms Terms { get; init; }

    /// <summary>The meters that charge its customers; calls on others are tracked and charge nobody.</summary>
    public required IReadOnlyList<LinkedMeter> Meters { get; init; }

    /// <summary>What its customers may buy beside it, in the order in which they were made.</summary>
    public required IReadOnlyList<CreditBundle> Bundles { get; init; }

    /// <summary>The bundle that a new subscription buys when its credit runs out; null: none.</summary>
    public Guid? DefaultBundleId { get; init; }

    /// <summary>Hard limits of each of its customers; at once where they are changed.</summary>
    public UsageLimit[] Limits { get; init; } = [];
    /// <summary>What happens when their credit is used up.</summary>
    public PlanOverage Overage { get; init; } = PlanOverage.None;

    /// <summary>Do its subscriptions have cycles? One that costs nothing and lets nobody into debt has nothing that would renew.</summary>
    public bool HasCycles => !Terms.IsFree || Overage.Mode != OverageMode.Block;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when nobody can subscribe to it; null: it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
