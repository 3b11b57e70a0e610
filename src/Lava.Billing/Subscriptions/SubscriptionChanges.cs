using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>
/// Changes of plan that begin at once: paid first, then begun. What a person asked for and could not pay changes nothing and is not
/// asked for again.
/// </summary>
public sealed class SubscriptionChanges(IRenewalStore store, IRenewalPayments? payments, SubscriptionCredit credit, TimeProvider time)
{
    /// <summary>Begins a plan with cycles for a customer, whole.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="walletId">The customer's wallet.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="present">The subscription that it changes; null: the customer has none.</param>
    /// <param name="now">The merchant's time.</param>
    /// <param name="cancellationToken">Ends the wait for the payment.</param>
    public async Task<ChangeOutcome> StartAsync(
        Guid customerId, long walletId, Plan plan, Guid? present, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newId = Ids.New(time);
        var order = new StartOrder(plan.MerchantId, customerId, plan.Id, newId, CycleIds.Of(newId, now));
        var outcome = await PayAsync(
            new NewPayment
            {
                Kind = PaymentKind.Subscription,
                MerchantId = plan.MerchantId,
                CustomerId = customerId,
                WalletId = walletId,
                Fee = plan.Terms.PeriodAmount,
                Overage = Money.Zero,
                Credit = plan.Terms.IncludedCredit,
                SubscriptionId = present,
                CycleId = order.CycleId,
                PlanId = plan.Id,
            },
            cancellationToken);
        if (outcome == ChangeOutcome.Done)
        {
            await credit.GiveAsync(walletId, grant => store.StartAsync(order, grant, CancellationToken.None));
        }

        return outcome;
    }

    /// <summary>Goes on with a dearer plan within the cycle, for the share of its price.</summary>
    /// <param name="present">The subscription.</param>
    /// <param name="walletId">The customer's wallet.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="amounts">What it costs and brings.</param>
    /// <param name="cancellationToken">Ends the wait for the payment.</param>
    public async Task<ChangeOutcome> UpgradeAsync(
        Subscription present, long walletId, Plan plan, ProrationAmounts amounts, CancellationToken cancellationToken)
    {
        var outcome = await PayAsync(
            new NewPayment
            {
                Kind = PaymentKind.Upgrade,
                MerchantId = plan.MerchantId,
                CustomerId = present.CustomerId,
                WalletId = walletId,
                Fee = amounts.Price,
                Overage = Money.Zero,
                Credit = amounts.Credit,
                SubscriptionId = present.Id,
                PlanId = plan.Id,
            },
            cancellationToken);
        if (outcome == ChangeOutcome.Done)
        {
            var order = new UpgradeOrder(present.Id, plan.Id, amounts.Credit);
            await credit.GiveAsync(walletId, grant => store.UpgradeAsync(order, grant, CancellationToken.None));
        }

        return outcome;
    }

    /// <summary>
    /// Asks for what a customer who is about to be deleted owes: one charge. If it fails, the debt stays on the wallet.
    /// </summary>
    public async Task SettleDebtAsync(Guid customerId, CancellationToken cancellationToken)
    {
        if (payments is not null && await store.FindDebtAsync(customerId, cancellationToken) is { } debt)
        {
            await payments.OpenAndAttemptAsync(debt.Payment(), cancellationToken);
        }
    }

    private async Task<ChangeOutcome> PayAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        if (payment.Fee == Money.Zero)
        {
            return ChangeOutcome.Done;
        }

        return payments is null ? ChangeOutcome.PaymentsMissing
            : await payments.OpenAndAttemptAsync(payment, cancellationToken) switch
            {
                { Status: PaymentStatus.Succeeded } => ChangeOutcome.Done,
                { Status: PaymentStatus.Attempting } => ChangeOutcome.Unknown,
                { LacksMethod: true } => ChangeOutcome.NoMethod,
                _ => ChangeOutcome.Declined,
            };
    }
}
