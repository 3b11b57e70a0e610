using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>A subscription whose cycle has ended.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="MerchantId">Its merchant.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="WalletId">The customer's wallet.</param>
/// <param name="CycleEnd">When the cycle ended.</param>
/// <param name="PlanId">The plan that it goes on with; null: it ends.</param>
/// <param name="Price">What that plan's next cycle costs.</param>
/// <param name="IncludedCredit">What it brings.</param>
/// <param name="Owed">Overage that is not paid yet.</param>
public sealed record DueRenewal(
    Guid SubscriptionId,
    Guid MerchantId,
    Guid CustomerId,
    long WalletId,
    DateTimeOffset CycleEnd,
    Guid? PlanId,
    Money Price,
    Money IncludedCredit,
    Money Owed);
