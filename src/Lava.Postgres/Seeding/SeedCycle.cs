using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Postgres.Seeding;

/// <summary>A subscription's cycle that begins, paid.</summary>
/// <param name="Id">Id.</param>
/// <param name="SubscriptionId">Whose.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Cycle">Its dates.</param>
/// <param name="Price">What it costs.</param>
/// <param name="IncludedCredit">The credit in it.</param>
public sealed record SeedCycle(Guid Id, Guid SubscriptionId, Guid PlanId, Cycle Cycle, Money Price, Money IncludedCredit);
