namespace Lava.Billing.Subscriptions;

/// <summary>An order to end a cycle and to begin the next.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="CycleEnd">The end of the cycle that is meant: one that has ended already is not ended again.</param>
/// <param name="PlanId">The plan that it goes on with; null: it ends.</param>
/// <param name="CycleId">The next cycle's id.</param>
/// <param name="IsPaid">The next cycle is paid, or costs nothing: its credit is given.</param>
/// <param name="Agreed">What it costs and brings, as its payment was opened for; null: as the plan says now.</param>
public sealed record RollOrder(
    Guid SubscriptionId, DateTimeOffset CycleEnd, Guid? PlanId, Guid CycleId, bool IsPaid, AgreedTerms? Agreed = null);
