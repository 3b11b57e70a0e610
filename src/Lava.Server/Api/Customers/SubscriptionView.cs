namespace Lava.Server.Api.Customers;

/// <summary>A customer's plan. There are no plans yet: where one would stand, the API shows null.</summary>
internal sealed record SubscriptionView;
