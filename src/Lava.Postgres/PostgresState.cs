namespace Lava.Postgres;

/// <summary>Is PostgreSQL there?</summary>
/// <param name="Since">Since when it is, or is not.</param>
/// <param name="Away">Why it is not; null: it is.</param>
public sealed record PostgresState(DateTimeOffset Since, string? Away);
