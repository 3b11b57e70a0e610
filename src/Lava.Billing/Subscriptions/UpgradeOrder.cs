using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>An order to go on with another plan within the cycle. One that has the plan already stays as it is.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Credit">The credit that it brings for the rest of the cycle.</param>
public sealed record UpgradeOrder(Guid SubscriptionId, Guid PlanId, Money Credit);
