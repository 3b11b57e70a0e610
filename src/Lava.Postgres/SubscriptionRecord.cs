using Lava.Billing.Plans;

namespace Lava.Postgres;

/// <summary>A subscription with what lists show of its customer.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="WalletId">The customer's wallet.</param>
/// <param name="Name">The customer's full name.</param>
/// <param name="Email">The customer's e-mail address.</param>
/// <param name="Phone">The customer's phone number.</param>
/// <param name="PendingPlan">The plan that it goes on with at the cycle's end; null: no other.</param>
public sealed record SubscriptionRecord(
    Subscription Subscription, long WalletId, string? Name, string? Email, string? Phone, PlanTerms? PendingPlan);
