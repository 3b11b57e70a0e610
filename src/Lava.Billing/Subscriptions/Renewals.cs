using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>
/// Ends cycles that are over and begins the next. A cycle that costs money is asked for first and begins with the answer, so that credit
/// which is left stays usable meanwhile. Missed cycles are made one after the other, each charged once. One round at a time.
/// </summary>
public sealed class Renewals(IRenewalStore store, IRenewalPayments? payments, SubscriptionCredit credit, ICustomerChanges changes)
{
    /// <summary>Subscriptions that are read at once.</summary>
    public const int PageSize = 100;

    /// <summary>Cycles in a round; the next round goes on.</summary>
    public const int CyclesPerRound = 10_000;

    /// <summary>
    /// A round. One subscription that fails does not hold up the others: the first failure is thrown when all had their turn.
    /// </summary>
    /// <param name="merchantId">Of this merchant; null: of all who have no test clock.</param>
    /// <param name="cancellationToken">Ends it between two subscriptions.</param>
    public async Task<RenewalCounts> RunAsync(Guid? merchantId, CancellationToken cancellationToken)
    {
        await credit.ResolveDoubtsAsync(cancellationToken);
        var counts = default(RenewalCounts);
        Exception? failure = null;
        DueRenewal? last = null;
        for (var cycles = 0; cycles < CyclesPerRound;)
        {
            var page = await store.FindDueAsync(merchantId, last, PageSize, cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            foreach (var due in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    counts += await RenewAsync(due, cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    failure ??= e;
                }
            }

            (last, cycles) = (page[^1], cycles + page.Count);
        }

        return failure is null ? counts : throw new InvalidOperationException("A renewal failed: " + failure.Message, failure);
    }

    private async Task<RenewalCounts> RenewAsync(DueRenewal due, CancellationToken cancellationToken)
    {
        var cycleId = CycleIds.Of(due.SubscriptionId, due.CycleEnd);
        var costs = due.PlanId is not null && due.Price + due.Owed > Money.Zero;
        var (isPaid, isCharged) = (true, false);
        var order = new RollOrder(due.SubscriptionId, due.CycleEnd, due.PlanId, cycleId, isPaid);
        if (costs)
        {
            var answer = await AskAsync(due, cycleId, cancellationToken);
            if (answer.Status == PaymentStatus.Attempting)
            {
                return default;
            }

            // What the payment was opened for: plan and price may be others since.
            // What is too small to be asked for comes off the credit that it would have brought; debt stays on the wallet.
            isPaid = answer.Status == PaymentStatus.Succeeded || answer.IsTooSmall;
            isCharged = answer.Status == PaymentStatus.Succeeded;
            var brings = answer.IsTooSmall ? Money.Max(Money.Zero, due.IncludedCredit - due.Price) : due.IncludedCredit;
            order = order with
            {
                IsPaid = isPaid,
                PlanId = answer.Terms?.PlanId ?? due.PlanId,
                Agreed = answer.Terms is { } terms
                    ? new AgreedTerms(terms.Fee, terms.Credit)
                    : new AgreedTerms(due.Price, brings),
            };
        }
        else if (due.PlanId is null && due.Owed > Money.Zero && !await AskForDebtAsync(due, cancellationToken))
        {
            return default;
        }

        var result = await credit.GiveAsync(due.WalletId, grant => store.RollAsync(order, grant, CancellationToken.None));
        await changes.RefreshAsync(due.MerchantId, due.CustomerId);

        // Nothing changed where the payment's own success has begun the cycle already.
        return !result.Applied && !costs ? default
            : due.PlanId is null ? new RenewalCounts(0, 0, 0, 1)
            : isPaid ? new RenewalCounts(1, isCharged ? 1 : 0, 0, 0)
            : new RenewalCounts(0, 0, 1, 0);
    }

    // While it is being attempted, the next round asks again.
    private async Task<PaymentAnswer> AskAsync(DueRenewal due, Guid cycleId, CancellationToken cancellationToken) => payments is null
        ? new PaymentAnswer(PaymentStatus.Attempting)
        : await payments.OpenAndAttemptInTurnAsync(
            new NewPayment
            {
                Kind = PaymentKind.Renewal,
                MerchantId = due.MerchantId,
                CustomerId = due.CustomerId,
                WalletId = due.WalletId,
                Fee = due.Price,
                Overage = due.Owed,
                Credit = due.IncludedCredit,
                SubscriptionId = due.SubscriptionId,
                CycleId = cycleId,
                PlanId = due.PlanId,
            },
            cancellationToken);

    // What ends owes what was used beyond its credit: one charge, whatever comes of it. False: not known yet, the next round asks again.
    private async Task<bool> AskForDebtAsync(DueRenewal due, CancellationToken cancellationToken)
    {
        if (payments is null)
        {
            return true;
        }

        var debt = new OpenDebt(due.SubscriptionId, due.MerchantId, due.CustomerId, due.WalletId, due.CycleEnd, due.Owed);
        return (await payments.OpenAndAttemptInTurnAsync(debt.Payment(), cancellationToken)).Status != PaymentStatus.Attempting;
    }
}
