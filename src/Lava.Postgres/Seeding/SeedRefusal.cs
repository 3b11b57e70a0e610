namespace Lava.Postgres.Seeding;

/// <summary>Calls that were refused in a quarter of an hour.</summary>
/// <param name="Quarter">Its start.</param>
/// <param name="Code">The error's code.</param>
/// <param name="CustomerId">Customer.</param>
/// <param name="Calls">How many.</param>
public readonly record struct SeedRefusal(DateTimeOffset Quarter, string Code, Guid CustomerId, long Calls);
