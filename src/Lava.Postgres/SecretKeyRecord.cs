using Lava.Core;

namespace Lava.Postgres;

/// <summary>A secret key's row: everything but the key.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">What people read.</param>
/// <param name="Hint">Prefix and last four characters.</param>
/// <param name="Digest">SHA-256 of the key.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record SecretKeyRecord(Guid Id, string Name, string Hint, UInt256 Digest, DateTimeOffset CreatedAt);
