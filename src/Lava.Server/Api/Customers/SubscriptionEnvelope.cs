namespace Lava.Server.Api.Customers;

/// <summary>The answer to asking for a customer's subscription; null without one.</summary>
internal sealed record SubscriptionEnvelope(SubscriptionView? Subscription);
