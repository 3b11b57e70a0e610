namespace Lava.Postgres;

/// <summary>Who had a plan that was archived, and who still could come by it.</summary>
/// <param name="Customers">Customers who are subscribed to it now.</param>
/// <param name="Former">Subscriptions to it that have ended.</param>
/// <param name="EndedAt">When the last of those ended; null: there was none.</param>
/// <param name="Links">Checkouts that were begun and offer it, or a bundle of it.</param>
public sealed record ArchivedUse(long Customers, long Former, DateTimeOffset? EndedAt, long Links);
