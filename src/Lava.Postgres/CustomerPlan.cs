namespace Lava.Postgres;

/// <summary>A customer's active subscription in short.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Name">The plan's name.</param>
public sealed record CustomerPlan(Guid SubscriptionId, Guid PlanId, string Name);
