namespace Lava.Server.Api.Customers;

/// <summary>The answer to deleting a customer.</summary>
internal sealed record SuccessView(bool Success);
