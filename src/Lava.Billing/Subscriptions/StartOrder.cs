namespace Lava.Billing.Subscriptions;

/// <summary>An order to begin a plan with a cycle from now on, which is paid or costs nothing.</summary>
/// <param name="MerchantId">The merchant.</param>
/// <param name="CustomerId">The customer; one who is subscribed already keeps the subscription.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="NewId">The subscription's id, where there is none yet.</param>
/// <param name="CycleId">The cycle's id: the same order again begins nothing again.</param>
/// <param name="Agreed">What the cycle costs and brings, as its payment was opened for; null: as the plan says now.</param>
public sealed record StartOrder(
    Guid MerchantId, Guid CustomerId, Guid PlanId, Guid NewId, Guid CycleId, AgreedTerms? Agreed = null);
