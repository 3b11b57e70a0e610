using Lava.Billing.Plans;
using Lava.Core;

namespace Lava.Server.Api.Plans;

/// <summary>A credit bundle as the API shows it.</summary>
internal sealed record CreditBundleView(
    string CreditBundleId, string PlanId, string Name, Money Cost, Money CreditAmount, DateTimeOffset CreatedAt)
{
    /// <summary>The plan's older name.</summary>
    public string SubscriptionConfigId => PlanId;

    public static CreditBundleView From(CreditBundle bundle, bool isTest) => new(
        Ids.Format(IdPrefix.CreditBundle, isTest, bundle.Id),
        Ids.Format(IdPrefix.Plan, isTest, bundle.PlanId),
        bundle.Name,
        bundle.Cost,
        bundle.CreditAmount,
        bundle.CreatedAt);
}
