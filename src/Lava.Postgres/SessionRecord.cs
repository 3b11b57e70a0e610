using Lava.Core;

namespace Lava.Postgres;

/// <summary>A person who has signed in to the dashboard.</summary>
/// <param name="Digest">SHA-256 of the cookie's value.</param>
/// <param name="AccountId">Whose data.</param>
/// <param name="Modes">Which of it.</param>
/// <param name="KeyDigest">The secret key that it was opened with, with which it ends; null: a link.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="SeenAt">When it was used last, to the hour.</param>
/// <param name="ExpiresAt">When it ends, used or not.</param>
public sealed record SessionRecord(
    UInt256 Digest,
    Guid AccountId,
    SessionModes Modes,
    UInt256? KeyDigest,
    DateTimeOffset CreatedAt,
    DateTimeOffset SeenAt,
    DateTimeOffset ExpiresAt);
