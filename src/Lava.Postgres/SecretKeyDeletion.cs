using Lava.Core;

namespace Lava.Postgres;

/// <summary>How deleting a secret key ended.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Digest">The key that may not be accepted any more; also of one deleted before, whose answer may have been lost.</param>
public readonly record struct SecretKeyDeletion(SecretKeyDeleteOutcome Outcome, UInt256 Digest);
