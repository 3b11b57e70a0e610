using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>Overage that is not paid yet, of a subscription that ends.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="MerchantId">Its merchant.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="WalletId">The customer's wallet.</param>
/// <param name="CycleEnd">When its last cycle ends, or would have ended.</param>
/// <param name="Amount">What is owed; positive.</param>
public sealed record OpenDebt(
    Guid SubscriptionId, Guid MerchantId, Guid CustomerId, long WalletId, DateTimeOffset CycleEnd, Money Amount)
{
    /// <summary>
    /// The charge. Its id of a cycle is not that of the next cycle, which an end that is called off may still begin: it stands for the end
    /// itself, which is charged once.
    /// </summary>
    public NewPayment Payment() => new()
    {
        Kind = PaymentKind.Overage,
        MerchantId = MerchantId,
        CustomerId = CustomerId,
        WalletId = WalletId,
        Overage = Amount,
        SubscriptionId = SubscriptionId,
        CycleId = CycleIds.Of(CycleIds.Of(SubscriptionId, CycleEnd), CycleEnd),
    };
}
