namespace Lava.Postgres;

/// <summary>A customer whose calls were refused.</summary>
/// <param name="CustomerId">Customer.</param>
/// <param name="Name">What people call it; null: it has only its id.</param>
/// <param name="Code">The error that most of them got.</param>
/// <param name="Calls">How many, with any error.</param>
public sealed record RefusedCustomer(Guid CustomerId, string? Name, string Code, long Calls);
