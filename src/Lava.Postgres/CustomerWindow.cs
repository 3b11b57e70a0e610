using Lava.Core;

namespace Lava.Postgres;

/// <summary>What a customer has used in the present day, week, month, or ever.</summary>
/// <param name="CustomerId">Customer.</param>
/// <param name="Name">What people call it; null: it has only its id.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="Charge">What it was charged.</param>
public sealed record CustomerWindow(Guid CustomerId, string? Name, long Requests, long Tokens, Money Charge);
