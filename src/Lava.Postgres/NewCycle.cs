using Lava.Billing.Subscriptions;

namespace Lava.Postgres;

/// <summary>A cycle that begins.</summary>
/// <param name="CycleId">Its id.</param>
/// <param name="GrantId">The id of its credit; empty: it has none.</param>
/// <param name="Cycle">Its dates.</param>
/// <param name="IsPaid">It is paid, or costs nothing.</param>
internal sealed record NewCycle(Guid CycleId, Guid GrantId, Cycle Cycle, bool IsPaid);
