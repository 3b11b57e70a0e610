using Lava.Billing.Plans;
using Lava.Core;
using Lava.Server.Api.Limits;
using Lava.Server.Api.Meters;

namespace Lava.Server.Api.Plans;

/// <summary>A plan as the API shows it; <c>subscription_config_id</c> is for the SDKs of early 2026.</summary>
internal sealed record PlanView(
    string PlanId,
    string MerchantId,
    string Name,
    Money PeriodAmount,
    Money IncludedCredit,
    string BillingInterval,
    string RolloverType,
    string BundleRolloverType,
    string? DefaultAutoTopUpBundleId,
    IReadOnlyList<LinkedMeterView> LinkedMeters,
    IReadOnlyList<PlanBundleView> CreditBundles,
    DateTimeOffset CreatedAt,
    string SubscriptionConfigId,
    IReadOnlyList<LimitView> Limits,
    string OverageMode,
    Money? OverageLimit,
    Money? OverageIncrement)
{
    public static PlanView From(Plan plan, bool isTest)
    {
        var id = Ids.Format(IdPrefix.Plan, isTest, plan.Id);
        return new PlanView(
            id,
            Ids.Format(IdPrefix.Merchant, isTest, plan.MerchantId),
            plan.Terms.Name,
            plan.Terms.PeriodAmount,
            plan.Terms.IncludedCredit,
            PlanNames.Intervals.NameOf(plan.Terms.Interval),
            PlanNames.Rollovers.NameOf(plan.Terms.Rollover),
            PlanNames.Rollovers.NameOf(plan.Terms.BundleRollover),
            plan.DefaultBundleId is { } bundle ? Ids.Format(IdPrefix.CreditBundle, isTest, bundle) : null,
            [.. plan.Meters.Select(meter => new LinkedMeterView(Ids.Format(IdPrefix.Meter, isTest, meter.Id), meter.Name))],
            [.. plan.Bundles.Select(bundle => new PlanBundleView(
                Ids.Format(IdPrefix.CreditBundle, isTest, bundle.Id), bundle.Name, bundle.Cost, bundle.CreditAmount))],
            plan.CreatedAt,
            id,
            LimitView.From(plan.Limits),
            PlanNames.Overages.NameOf(plan.Overage.Mode),
            plan.Overage.Limit,
            plan.Overage.Increment);
    }
}
