using Lava.Billing.Checkout;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The end of a checkout session that costs nothing, in one transaction with what it changes.</summary>
internal static class CheckoutCompletion
{
    /// <summary>
    /// Completes a locked session; null where the customer is gone, or has another plan or cycle than the session was read with, and
    /// nothing has changed.
    /// </summary>
    public static async Task<SubscriptionResult?> CompleteAsync(
        NpgsqlConnection connection, CheckoutRecord record, CheckoutState state, Guid newId, CancellationToken cancellationToken)
    {
        var buyer = record.Buyer!;
        await PaymentLocks.OpenPaymentAsync(connection, buyer.WalletId, cancellationToken);
        if (await PaymentLocks.CustomerAsync(connection, buyer.WalletId, cancellationToken) is not { IsDeleted: false })
        {
            return null;
        }

        if (!await CheckoutPayments.LockSubscriptionAsync(connection, record, cancellationToken)
            && state.Session.Mode == CheckoutMode.Subscription)
        {
            return null;
        }

        await PaymentLocks.WalletsAsync(connection, buyer.WalletId, [EntryKind.CycleCredit], cancellationToken);
        if (await CarryOutAsync(connection, record, state, newId, cancellationToken) is not { Applied: true } result)
        {
            return null;
        }

        await CheckoutMoney.CompleteAsync(
            connection, state.Session.Id, buyer.Id, buyer.WalletId, state.PaymentMethodId, cancellationToken);
        await DueWallets.AddAsync(connection, buyer.WalletId, cancellationToken);
        var (floor, _) = await OverageRow.SetFloorAsync(connection, buyer.WalletId, cancellationToken);
        return result with { Floor = floor };
    }

    private static async Task<SubscriptionResult> CarryOutAsync(
        NpgsqlConnection connection, CheckoutRecord record, CheckoutState state, Guid newId, CancellationToken cancellationToken)
    {
        if (state.Session is not { Mode: CheckoutMode.Subscription, PlanId: { } planId } || state.Quote is not { } quote)
        {
            return Done(true);
        }

        var buyer = record.Buyer!.Id;
        switch (quote.Kind)
        {
            case CheckoutPurchase.NewPlan:
                var start = new StartOrder(
                    state.Session.MerchantId, buyer, planId, newId, CycleIds.Of(newId, record.MerchantNow),
                    new AgreedTerms(quote.Fee, quote.Credit));
                return await SubscriptionRoll.StartAsync(connection, start, newId, cancellationToken);
            case CheckoutPurchase.Upgrade when record.Subscription is { } present:
                var upgrade = new UpgradeOrder(present.Id, planId, quote.Credit);
                return await SubscriptionRoll.UpgradeAsync(connection, upgrade, newId, null, cancellationToken);
            case CheckoutPurchase.AtCycleEnd when record.Subscription is { } present:
                var pending = present.PlanId == planId ? null : new PendingChange(PendingChangeKind.Downgrade, planId);
                return Done(await SubscriptionStore.SetPendingAsync(connection, present.Id, pending, cancellationToken));
            case CheckoutPurchase.Nothing:
                return Done(await SubscriptionStore.SubscribeAsync(connection, newId, planId, buyer, record.Now, cancellationToken));
            default:
                return Done(false);
        }
    }

    private static SubscriptionResult Done(bool isDone) => new(isDone, Money.Zero);
}
