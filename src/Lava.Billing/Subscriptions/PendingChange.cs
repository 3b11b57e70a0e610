namespace Lava.Billing.Subscriptions;

/// <summary>What is to happen at a subscription's cycle end.</summary>
/// <param name="Kind">What.</param>
/// <param name="PlanId">The plan it goes on with; null: it ends.</param>
public sealed record PendingChange(PendingChangeKind Kind, Guid? PlanId);
