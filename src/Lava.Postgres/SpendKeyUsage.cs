using Lava.Core;

namespace Lava.Postgres;

/// <summary>What a spend key has used.</summary>
/// <param name="CurrentSpend">Spent in the running window of its spend limit; of the month where it has none.</param>
/// <param name="TotalSpend">Spent altogether.</param>
/// <param name="CurrentRequests">Requests in the running window of its request limit; of the month where it has none.</param>
/// <param name="TotalRequests">Requests altogether.</param>
/// <param name="LastUsedAt">The last of them; null where there was none.</param>
public readonly record struct SpendKeyUsage(
    Money CurrentSpend, Money TotalSpend, long CurrentRequests, long TotalRequests, DateTimeOffset? LastUsedAt);
