using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Billing.Plans;

/// <summary>What a plan says of calls beyond the credit.</summary>
/// <param name="Mode">What happens.</param>
/// <param name="Limit">The most overage of a cycle; null unless the card is charged for it.</param>
/// <param name="Increment">The card is charged for each such part; null with <paramref name="Limit"/>.</param>
public sealed record PlanOverage(OverageMode Mode, Money? Limit, Money? Increment)
{
    /// <summary>Calls are refused.</summary>
    public static readonly PlanOverage None = new(OverageMode.Block, null, null);
}
