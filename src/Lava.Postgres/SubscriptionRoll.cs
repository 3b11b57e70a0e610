using System.Text.Json.Nodes;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// What happens to subscriptions and their cycles, each inside a transaction that holds the fence. Locks are taken in one order
/// everywhere: customer, subscription, wallets. Each does nothing where it was done before; so may the transaction that books a payment
/// call it, and the renewal behind it again.
/// </summary>
internal static class SubscriptionRoll
{
    /// <summary>Ends a cycle and begins the next; or gives a cycle that began unpaid its credit.</summary>
    public static async Task<SubscriptionResult> RollAsync(
        NpgsqlConnection connection, RollOrder order, Guid grantId, CancellationToken cancellationToken)
    {
        if (await LockedSubscription.FindAsync(connection, order.SubscriptionId, cancellationToken) is not { Cycle: { } cycle } row)
        {
            return SubscriptionResult.Nothing;
        }

        var posted = await GrantLedger.LockAsync(connection, EntryKind.CycleCredit, row.WalletId, cancellationToken);
        var now = await MerchantClock.NowAsync(connection, row.MerchantId, cancellationToken);
        if (cycle.End != order.CycleEnd)
        {
            return order.IsPaid
                ? await PayLateAsync(connection, row, order.CycleId, grantId, posted, now, cancellationToken)
                : SubscriptionResult.Nothing;
        }

        // Not due, or the end was called off meanwhile.
        if (cycle.End > now || (order.PlanId is null && row.Pending?.Kind != PendingChangeKind.Cancellation))
        {
            return SubscriptionResult.Nothing;
        }

        var next = order.PlanId is { } id ? AsAgreed(await FindPlanAsync(connection, id, cancellationToken), order.Agreed) : null;
        await CycleCredit.LapseAsync(
            connection, row.WalletId, cycle.End, next is null ? Rollover.None : row.Terms.Rollover, row.Terms.BundleRollover,
            cancellationToken);
        await DueWallets.AddAsync(connection, row.WalletId, cancellationToken);
        if (next is null)
        {
            await CancelAsync(connection, row, cycle.End, cancellationToken);
            return await DoneAsync(connection, row, Money.Zero, cancellationToken);
        }

        // A change that was asked for meanwhile stays for the next end.
        var pending = row.Pending is { } wish && wish.PlanId != order.PlanId ? row.Pending : null;
        var credit = Money.Zero;
        if (next.HasCycles)
        {
            var begun = next.Terms.Interval == row.Terms.Interval
                ? CycleTimes.Next(cycle, next.Terms.Interval)
                : CycleTimes.First(cycle.End, next.Terms.Interval);
            var start = new NewCycle(order.CycleId, grantId, begun, order.IsPaid);
            credit = await BeginAsync(connection, row, next, start, posted, now, cancellationToken);
        }

        await SubscriptionRows.SetPlanAsync(connection, row, next, pending, cancellationToken);
        if (order.IsPaid)
        {
            await TellAsync(connection, row, WebhookEventKind.SubscriptionRenewed, next.Id, cancellationToken);
        }

        return await DoneAsync(connection, row, credit, cancellationToken);
    }

    /// <summary>Begins a plan with a cycle from now on. Credit that is left of a cycle that this cuts short is kept.</summary>
    public static async Task<SubscriptionResult> StartAsync(
        NpgsqlConnection connection, StartOrder order, Guid grantId, CancellationToken cancellationToken)
    {
        if (!await SubscriptionRows.LockCustomerAsync(connection, order.CustomerId, cancellationToken)
            || await SubscriptionRows.HasCycleAsync(connection, order.CycleId, cancellationToken))
        {
            return SubscriptionResult.Nothing;
        }

        var plan = AsAgreed(await FindPlanAsync(connection, order.PlanId, cancellationToken), order.Agreed);
        var now = await MerchantClock.NowAsync(connection, order.MerchantId, cancellationToken);
        var row = await LockedSubscription.FindOfAsync(connection, order.CustomerId, cancellationToken);
        if (row is null)
        {
            await SubscriptionRows.InsertAsync(connection, order, now, cancellationToken);
            row = (await LockedSubscription.FindOfAsync(connection, order.CustomerId, cancellationToken))!;
        }

        var posted = await GrantLedger.LockAsync(connection, EntryKind.CycleCredit, row.WalletId, cancellationToken);
        var cycle = CycleTimes.First(now, plan.Terms.Interval);
        if (row.Cycle is { } old)
        {
            // No two cycles begin in one second.
            cycle = cycle.Start > old.Start ? cycle : CycleTimes.First(old.Start.AddSeconds(1), plan.Terms.Interval);
            await SubscriptionRows.CutAsync(connection, row.Id, old.Start, cycle.Start, cancellationToken);
        }

        var start = new NewCycle(order.CycleId, grantId, cycle, true);
        var credit = await BeginAsync(connection, row, plan, start, posted, now, cancellationToken);
        await SubscriptionRows.SetPlanAsync(connection, row, plan, null, cancellationToken);
        return await DoneAsync(connection, row, credit, cancellationToken);
    }

    /// <summary>
    /// Goes on with another plan within the cycle; a pending change is withdrawn by it. Nothing without a payment once the cycle is over:
    /// its renewal was asked for with the plan as it is.
    /// </summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="order">What to do.</param>
    /// <param name="grantId">The grant's id.</param>
    /// <param name="paymentId">The payment that pays for it; null: it costs nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<SubscriptionResult> UpgradeAsync(
        NpgsqlConnection connection, UpgradeOrder order, Guid grantId, Guid? paymentId, CancellationToken cancellationToken)
    {
        var row = await LockedSubscription.FindAsync(connection, order.SubscriptionId, cancellationToken);
        if (row is null || row.PlanId == order.PlanId)
        {
            return SubscriptionResult.Nothing;
        }

        var posted = await GrantLedger.LockAsync(connection, EntryKind.CycleCredit, row.WalletId, cancellationToken);
        var now = await MerchantClock.NowAsync(connection, row.MerchantId, cancellationToken);
        if (paymentId is null && row.Cycle?.End <= now)
        {
            return SubscriptionResult.Nothing;
        }

        var plan = await FindPlanAsync(connection, order.PlanId, cancellationToken);
        await CycleCredit.GiveAsync(connection, row, grantId, order.Credit, posted, paymentId, now, cancellationToken);
        await SubscriptionRows.SetTermsAsync(connection, row.Id, plan, cancellationToken);
        await SubscriptionRows.SetPlanAsync(connection, row, plan, null, cancellationToken);
        return await DoneAsync(connection, row, order.Credit, cancellationToken);
    }

    /// <summary>
    /// Books what a payment pays for, in the transaction that books its success; credit beside a plan's is not its business.
    /// </summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="paymentId">The payment.</param>
    /// <param name="payment">What it is for.</param>
    /// <param name="grantId">The grant's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<SubscriptionResult> BookPaymentAsync(
        NpgsqlConnection connection, Guid paymentId, NewPayment payment, Guid grantId, CancellationToken cancellationToken)
    {
        var agreed = new AgreedTerms(payment.Fee, payment.Credit);
        switch (payment)
        {
            case { Kind: PaymentKind.Subscription, PlanId: { } plan, CycleId: { } cycle }:
                var start = new StartOrder(payment.MerchantId, payment.CustomerId, plan, cycle, cycle, agreed);
                return await StartAsync(connection, start, grantId, cancellationToken);
            case { Kind: PaymentKind.Renewal, SubscriptionId: { } id, PlanId: { } plan, CycleId: { } cycle }:
                var row = await LockedSubscription.FindAsync(connection, id, cancellationToken);
                var end = row?.Cycle is { } present && CycleIds.Of(id, present.End) == cycle ? present.End : DateTimeOffset.MinValue;
                return await RollAsync(connection, new RollOrder(id, end, plan, cycle, true, agreed), grantId, cancellationToken);
            case { Kind: PaymentKind.Upgrade, SubscriptionId: { } id, PlanId: { } plan }:
                var upgrade = new UpgradeOrder(id, plan, payment.Credit);
                return await UpgradeAsync(connection, upgrade, grantId, paymentId, cancellationToken);
            default:
                return SubscriptionResult.Nothing;
        }
    }

    /// <summary>What there is to tell of a subscription.</summary>
    public static string Facts(Guid subscriptionId, Guid planId, bool isTest) => new JsonObject
    {
        ["subscription_id"] = Ids.Format(IdPrefix.Subscription, isTest, subscriptionId),
        ["plan_id"] = Ids.Format(IdPrefix.Plan, isTest, planId),
    }.ToJsonString();

    /// <summary>A row for the cycle, its credit where it is paid, and the subscription's own dates.</summary>
    private static async Task<Money> BeginAsync(
        NpgsqlConnection connection, LockedSubscription row, Plan plan, NewCycle start, Money posted, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var paymentId = await SubscriptionRows.FindPaymentAsync(connection, start.CycleId, cancellationToken);
        var credit = start.IsPaid ? plan.Terms.IncludedCredit : Money.Zero;
        await CycleCredit.GiveAsync(connection, row, start.GrantId, credit, posted, paymentId, now, cancellationToken);
        var grantId = credit == Money.Zero ? (Guid?)null : start.GrantId;
        await SubscriptionRows.InsertCycleAsync(
            connection, row.Id, plan, start with { GrantId = grantId ?? Guid.Empty }, paymentId, now, cancellationToken);
        await SubscriptionRows.SetCycleAsync(connection, row.Id, plan, start, now, cancellationToken);
        return credit;
    }

    // Its dates stay, and the credit is given whole.
    private static async Task<SubscriptionResult> PayLateAsync(
        NpgsqlConnection connection, LockedSubscription row, Guid cycleId, Guid grantId, Money posted, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (await SubscriptionRows.FindUnpaidAsync(connection, row.Id, cycleId, cancellationToken) is not { } credit)
        {
            return SubscriptionResult.Nothing;
        }

        var paymentId = await SubscriptionRows.FindPaymentAsync(connection, cycleId, cancellationToken);
        await CycleCredit.GiveAsync(connection, row, grantId, credit, posted, paymentId, now, cancellationToken);
        await SubscriptionRows.SetPaidAsync(
            connection, row.Id, cycleId, credit == Money.Zero ? null : grantId, paymentId, cancellationToken);
        await TellAsync(connection, row, WebhookEventKind.SubscriptionRenewed, row.PlanId, cancellationToken);
        return await DoneAsync(connection, row, credit, cancellationToken);
    }

    // The floor follows from plan, cycle and payment at once: a look at the wallet may come minutes later.
    private static async Task<SubscriptionResult> DoneAsync(
        NpgsqlConnection connection, LockedSubscription row, Money credit, CancellationToken cancellationToken)
    {
        var (floor, _) = await OverageRow.SetFloorAsync(connection, row.WalletId, cancellationToken);
        return new SubscriptionResult(true, credit, floor);
    }

    private static async Task CancelAsync(
        NpgsqlConnection connection, LockedSubscription row, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await SubscriptionRows.CancelAsync(connection, row.Id, at, cancellationToken);
        await TellAsync(connection, row, WebhookEventKind.SubscriptionCancelled, row.PlanId, cancellationToken);
    }

    private static Task TellAsync(
        NpgsqlConnection connection, LockedSubscription row, WebhookEventKind kind, Guid planId, CancellationToken cancellationToken) =>
        WebhookEvents.AddAsync(connection, row.WalletId, kind, Facts(row.Id, planId, row.IsTest), cancellationToken);

    // A plan that is changed while a payment for it waits changes nothing of what was asked for.
    private static Plan AsAgreed(Plan plan, AgreedTerms? agreed) => agreed is null
        ? plan
        : plan with { Terms = plan.Terms with { PeriodAmount = agreed.Price, IncludedCredit = agreed.Credit } };

    private static async Task<Plan> FindPlanAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{PlanRow.Select} where p.plan_id = @id for share of p", connection).Add("id", id);
        return await command.ReadFirstAsync(PlanRow.Read, cancellationToken)
            ?? throw new InvalidOperationException($"There is no plan {id}.");
    }
}
