using Lava.Billing.Plans;
using Lava.Core;
using Lava.Server.Api.Meters;
using Lava.Server.Api.Plans;

namespace Lava.Server.Api.Subscriptions;

/// <summary>A plan as its subscriptions show it.</summary>
internal sealed record SubscriptionPlanView(
    string Name, Money PeriodAmount, Money IncludedCredit, string BillingInterval, string RolloverType, string BundleRolloverType)
{
    public static SubscriptionPlanView From(PlanTerms terms) => new(
        terms.Name,
        terms.PeriodAmount,
        terms.IncludedCredit,
        PlanNames.Intervals.NameOf(terms.Interval),
        PlanNames.Rollovers.NameOf(terms.Rollover),
        PlanNames.Rollovers.NameOf(terms.BundleRollover));
}
