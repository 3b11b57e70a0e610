using Lava.Core;

namespace Lava.Postgres;

/// <summary>A payment that somebody should look at.</summary>
/// <param name="Id">Payment.</param>
/// <param name="CustomerId">Whose.</param>
/// <param name="Name">What people call that customer; null: it has only its id.</param>
/// <param name="Amount">What was to be paid.</param>
/// <param name="IsInReview">A person must decide what becomes of it; otherwise it was declined, and is attempted again.</param>
/// <param name="NextAttemptAt">When it is attempted again; null: it is not.</param>
/// <param name="DeclineCode">Why it was declined last; null: not known.</param>
public sealed record FailingPayment(
    Guid Id, Guid CustomerId, string? Name, Money Amount, bool IsInReview, DateTimeOffset? NextAttemptAt, string? DeclineCode);
