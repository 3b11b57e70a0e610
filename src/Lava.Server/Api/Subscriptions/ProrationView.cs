using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Server.Api.Subscriptions;

/// <summary>What a change of plan costs and brings at once.</summary>
internal sealed record ProrationView(Money Amount, Money Credit, long RemainingSeconds, long CycleSeconds)
{
    public static ProrationView From(in ProrationAmounts amounts) =>
        new(amounts.Price, amounts.Credit, amounts.RemainingSeconds, amounts.CycleSeconds);
}
