namespace Lava.Testing.Stripe;

/// <summary>A request that came to the stand-in.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Key">Its idempotency key; null: none.</param>
/// <param name="Fault">What went wrong with it; null: nothing.</param>
public sealed record StandInRequest(string Method, string Path, string? Key, StandInFault? Fault);
