using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;

namespace Lava.Postgres.Seeding;

/// <summary>A subscription as it begins.</summary>
/// <param name="Id">Id.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FirstCycle">Its first cycle; null: the plan has none.</param>
/// <param name="Overage">What the plan says of calls beyond the credit.</param>
/// <param name="TopUpBundleId">The bundle that is bought when credit runs out; null: none.</param>
public sealed record SeedSubscription(
    Guid Id, Guid PlanId, DateTimeOffset StartedAt, Cycle? FirstCycle, PlanOverage Overage, Guid? TopUpBundleId);
