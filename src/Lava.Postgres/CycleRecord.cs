using Lava.Core;

namespace Lava.Postgres;

/// <summary>A cycle of a subscription.</summary>
/// <param name="Id">Id; sorts by its beginning.</param>
/// <param name="PlanId">The plan that it began with.</param>
/// <param name="Start">Its first moment.</param>
/// <param name="End">The next one's first moment.</param>
/// <param name="Price">What it cost.</param>
/// <param name="IncludedCredit">What it brings.</param>
/// <param name="IsPaid">It is paid, or cost nothing.</param>
/// <param name="PaymentId">The payment; null: it cost nothing, or is not paid.</param>
/// <param name="GrantId">The grant; null: none.</param>
public sealed record CycleRecord(
    Guid Id,
    Guid PlanId,
    DateTimeOffset Start,
    DateTimeOffset End,
    Money Price,
    Money IncludedCredit,
    bool IsPaid,
    Guid? PaymentId,
    Guid? GrantId);
