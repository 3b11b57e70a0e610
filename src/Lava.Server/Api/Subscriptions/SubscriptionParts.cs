using Lava.Billing.Subscriptions;

namespace Lava.Server.Api.Subscriptions;

/// <summary>What the API changes subscriptions with.</summary>
/// <param name="Store">Where cycles are kept.</param>
/// <param name="Changes">Changes that begin at once.</param>
/// <param name="Clock">Test clocks; null: this server has none.</param>
public sealed record SubscriptionParts(IRenewalStore Store, SubscriptionChanges Changes, TestClock? Clock);
