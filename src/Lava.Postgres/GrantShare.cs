using Lava.Core;

namespace Lava.Postgres;

/// <summary>A grant among the others of its wallet.</summary>
/// <param name="Refundable">Neither refunded nor expired, spent or not.</param>
/// <param name="Remaining">Not spent, as far as charges are flushed.</param>
/// <param name="Earlier">What is left of the grants that burn before it.</param>
internal sealed record GrantShare(Money Refundable, Money Remaining, Money Earlier);
