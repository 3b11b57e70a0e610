namespace Lava.Server.Api.Subscriptions;

/// <summary>A change of plan: the subscription behind it (as it is where the change was only asked about), its price, and when.</summary>
internal sealed record PlanChangeView(SubscriptionView Subscription, ProrationView Proration, DateTimeOffset EffectiveAt);
