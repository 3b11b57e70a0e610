namespace Lava.Server.Api.Subscriptions;

/// <summary>A customer's subscription, asked for or just made; null without one.</summary>
internal sealed record SubscriptionEnvelope(SubscriptionView? Subscription);
