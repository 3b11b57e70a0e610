using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Subscriptions;

namespace Lava.Server.Api.Customers;

/// <summary>A customer's plan in short.</summary>
internal sealed record CustomerPlanView(string SubscriptionId, string PlanId, string Name, string Status)
{
    /// <summary>The plan's older name.</summary>
    public string SubscriptionConfigId => PlanId;

    public static CustomerPlanView From(CustomerPlan plan, bool isTest) => new(
        Ids.Format(IdPrefix.Subscription, isTest, plan.SubscriptionId),
        Ids.Format(IdPrefix.Plan, isTest, plan.PlanId),
        plan.Name,
        SubscriptionView.Active);
}
