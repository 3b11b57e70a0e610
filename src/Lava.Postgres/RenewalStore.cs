using Lava.Billing.Overage;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Renewals. Only for the process that holds the node's live wallets: its fence must be the newest, or nothing is booked.
/// </summary>
public sealed class RenewalStore(StoreSource source, JournalPosition position) : IRenewalStore, ITestClockStore
{
    /// <inheritdoc cref="IRenewalStore.NowAsync"/>
    public Task<DateTimeOffset> NowAsync(Guid merchantId, CancellationToken cancellationToken) =>
        source.RunAsync(connection => MerchantClock.NowAsync(connection, merchantId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<List<DueRenewal>> FindDueAsync(
        Guid? merchantId, DueRenewal? after, int limit, CancellationToken cancellationToken)
    {
        var whose = merchantId is null
            ? "s.cycle_end_at <= now() and not exists (select from test_clocks t where t.merchant_id = s.merchant_id)"
            : "s.cycle_end_at <= merchant_now(@merchant, now()) and s.merchant_id = @merchant";
        var command = new NpgsqlCommand(
            $"""
            select s.subscription_id, s.merchant_id, s.customer_id, w.wallet_id, s.cycle_end_at,
              case when s.pending_kind is distinct from {(short)PendingChangeKind.Cancellation} then p.plan_id end, p.period_amount,
              p.included_credit, case when s.overage_mode = {(short)OverageMode.AutoCharge} then greatest(0, -w.posted) else 0 end
            from subscriptions s join plans p on p.plan_id = coalesce(s.pending_plan_id, s.plan_id)
              join customers c on c.customer_id = s.customer_id join wallets w on w.wallet_id = c.wallet_id
            where s.cancelled_at is null and {whose} and (s.cycle_end_at, s.subscription_id) > (@end, @id)
            order by s.cycle_end_at, s.subscription_id limit @limit
            """)
            .AddTime("end", after?.CycleEnd ?? DateTimeOffset.UnixEpoch).Add("id", after?.SubscriptionId ?? Guid.Empty)
            .Add("merchant", merchantId ?? Guid.Empty).Add("limit", limit);
        return source.QueryAsync(command, ReadDue, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<SubscriptionResult> RollAsync(RollOrder order, Guid grantId, CancellationToken cancellationToken) =>
        RunAsync(connection => SubscriptionRoll.RollAsync(connection, order, grantId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<SubscriptionResult> StartAsync(StartOrder order, Guid grantId, CancellationToken cancellationToken) =>
        RunAsync(connection => SubscriptionRoll.StartAsync(connection, order, grantId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<SubscriptionResult> UpgradeAsync(UpgradeOrder order, Guid grantId, CancellationToken cancellationToken) =>
        RunAsync(
            connection => SubscriptionRoll.UpgradeAsync(connection, order, grantId, paymentId: null, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<OpenDebt?> FindDebtAsync(Guid customerId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select s.subscription_id, s.merchant_id, w.wallet_id, s.cycle_end_at, -w.posted
            from subscriptions s join customers c using (customer_id) join wallets w using (wallet_id)
            where s.customer_id = @customer and s.cancelled_at is null and s.overage_mode = {(short)OverageMode.AutoCharge}
              and w.posted < 0
            """)
            .Add("customer", customerId);
        var rows = await source.QueryAsync(
            command,
            row => new OpenDebt(
                row.GetGuid(0), row.GetGuid(1), customerId, row.GetInt64(2), row.Time(3), new Money(row.GetInt64(4))),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <inheritdoc/>
    public Task<SubscriptionResult> FindGivenAsync(Guid grantId, long walletId, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await GrantLedger.LockAsync(connection, EntryKind.CycleCredit, walletId, cancellationToken);
                await using var command = new NpgsqlCommand(
                    """
                    select coalesce((select amount from grants where grant_id = @id), 0), floor, version from wallets
                    where wallet_id = @wallet
                    """,
                    connection)
                    .Add("id", grantId).Add("wallet", walletId);
                return await command.ReadFirstAsync(
                    row => new SubscriptionResult(
                        false, new Money(row.GetInt64(0)), new WalletFloor(walletId, new Money(row.GetInt64(1)), row.GetInt64(2))),
                    cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(Guid merchantId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            insert into test_clocks as t (merchant_id, at) values (@merchant, @at)
            on conflict (merchant_id) do update set at = greatest(t.at, excluded.at)
            """)
            .Add("merchant", merchantId).AddTime("at", at);
        return source.QueryAsync(command, _ => 0, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> FindNextAsync(
        Guid merchantId, DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select min(at) from (
              select cycle_end_at from subscriptions where merchant_id = @merchant and cancelled_at is null
              union all select next_attempt_at from payments where merchant_id = @merchant and status = 0
              union all select expires_at from grants where merchant_id = @merchant and not spent
            ) due (at) where at > @after and at <= @until
            """)
            .Add("merchant", merchantId).AddTime("after", after).AddTime("until", until);
        var rows = await source.QueryAsync(command, row => row.IsDBNull(0) ? (DateTimeOffset?)null : row.Time(0), cancellationToken);
        return rows[0];
    }

    private static DueRenewal ReadDue(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetGuid(1),
        row.GetGuid(2),
        row.GetInt64(3),
        row.Time(4),
        row.Id(5),
        new Money(row.GetInt64(6)),
        new Money(row.GetInt64(7)),
        new Money(row.GetInt64(8)));

    private Task<SubscriptionResult> RunAsync(
        Func<NpgsqlConnection, Task<SubscriptionResult>> run, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            await JournalFence.HoldAsync(connection, position, cancellationToken);
            return await run(connection);
        },
        cancellationToken);
}
