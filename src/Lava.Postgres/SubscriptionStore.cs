using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Who is subscribed to what.</summary>
public sealed class SubscriptionStore(StoreSource source)
{
    private const string Rows =
        $"""
        select {PlanRow.Terms}, s.subscription_id, s.customer_id, s.plan_id, s.auto_top_up_bundle_id, s.started_at, s.cancelled_at,
          c.wallet_id, c.name, c.email, c.phone, s.anchor_at, s.cycle_index, s.cycle_start_at, s.cycle_end_at, s.pending_kind,
          s.pending_plan_id, s.past_due_since, n.name, n.period_amount, n.included_credit, n.billing_interval, n.rollover, n.bundle_rollover
        from subscriptions s join plans p using (plan_id) join customers c using (customer_id)
          left join plans n on n.plan_id = s.pending_plan_id
        """;

    private const string Select = $"{Rows} where s.merchant_id = @merchant";

    /// <summary>
    /// Subscribes a customer to a plan that costs nothing. One who has this plan keeps the subscription; one who has another leaves it in
    /// the same moment.
    /// </summary>
    /// <param name="id">The new subscription's id.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="customerId">The customer, of the same merchant.</param>
    /// <param name="at">Now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The active subscription; null where plan or customer is deleted by now.</returns>
    public Task<SubscriptionRecord?> SubscribeAsync(
        Guid id, Plan plan, Guid customerId, DateTimeOffset at, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            if (!await SubscribeAsync(connection, id, plan.Id, customerId, at, cancellationToken))
            {
                return null;
            }

            await using var select = new NpgsqlCommand($"{Select} and s.customer_id = @customer and s.cancelled_at is null", connection)
                .Add("merchant", plan.MerchantId).Add("customer", customerId);
            return await select.ReadFirstAsync(Read, cancellationToken);
        },
        cancellationToken);

    /// <summary>The same on a connection in a transaction; false where plan or customer is deleted by now.</summary>
    internal static async Task<bool> SubscribeAsync(
        NpgsqlConnection connection, Guid id, Guid planId, Guid customerId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // Locked, so that neither is deleted meanwhile, and of two subscriptions at once the second sees the first.
        await using var locked = new NpgsqlCommand(
            """
            select 1 from plans p join customers c on c.merchant_id = p.merchant_id
            where p.plan_id = @plan and p.deleted_at is null and c.customer_id = @customer and c.deleted_at is null
            for no key update of c for share of p
            """,
            connection)
            .Add("plan", planId).Add("customer", customerId);
        if (await locked.ReadFirstAsync(row => (int?)row.GetInt32(0), cancellationToken) is null)
        {
            return false;
        }

        await using var subscribe = new NpgsqlCommand(
            """
            update subscriptions set cancelled_at = @at where customer_id = @customer and cancelled_at is null and plan_id <> @plan;
            insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, auto_top_up_bundle_id, started_at)
            select @id, merchant_id, @customer, plan_id, default_bundle_id, @at from plans where plan_id = @plan
            on conflict (customer_id) where cancelled_at is null do nothing
            """,
            connection)
            .Add("id", id).Add("plan", planId).Add("customer", customerId).AddTime("at", at);
        await subscribe.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <summary>A customer's active subscription; null without one.</summary>
    public async Task<SubscriptionRecord?> FindActiveAsync(Guid merchantId, Guid customerId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{Select} and s.customer_id = @customer and s.cancelled_at is null")
            .Add("merchant", merchantId).Add("customer", customerId);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>A subscription, active or not; null where this merchant has none.</summary>
    public async Task<SubscriptionRecord?> FindAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{Select} and s.subscription_id = @id").Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>
    /// Notes what happens at the cycle's end; null: only the renewal. False where the subscription has ended, has no cycle or one that is
    /// over: what comes behind it is being charged.
    /// </summary>
    public Task<bool> SetPendingAsync(Guid id, PendingChange? pending, CancellationToken cancellationToken) =>
        source.RunAsync(connection => SetPendingAsync(connection, id, pending, cancellationToken), cancellationToken);

    /// <summary>The same on a connection in a transaction.</summary>
    internal static async Task<bool> SetPendingAsync(
        NpgsqlConnection connection, Guid id, PendingChange? pending, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update subscriptions s set pending_kind = @kind, pending_plan_id = @plan
            where subscription_id = @id and cancelled_at is null and cycle_end_at > merchant_now(merchant_id, clock_timestamp())
              and (@plan is null or exists (select from plans p where p.plan_id = @plan and p.deleted_at is null))
            returning true
            """,
            connection)
            .Add("id", id).AddId("plan", pending?.PlanId);
        command.Parameters.Add(new NpgsqlParameter<short?>("kind", (short?)pending?.Kind));
        return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
    }

    /// <summary>
    /// Chooses the bundle that is bought when credit runs out; null: none. False where the subscription has ended or its plan has no such
    /// bundle.
    /// </summary>
    public async Task<bool> SetBundleAsync(Guid id, Guid? bundleId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            update subscriptions s set auto_top_up_bundle_id = @bundle
            where subscription_id = @id and cancelled_at is null and (@bundle is null or exists (
              select from credit_bundles b where b.credit_bundle_id = @bundle and b.plan_id = s.plan_id and b.deleted_at is null))
            returning true
            """)
            .Add("id", id).AddId("bundle", bundleId);
        return (await source.QueryAsync(command, row => row.GetBoolean(0), cancellationToken)).Count > 0;
    }

    /// <summary>A subscription's cycles, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<CycleRecord>> ListCyclesAsync(Guid id, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select cycle_id, plan_id, starts_at, ends_at, price, included_credit, is_paid, payment_id, grant_id
            from subscription_cycles where subscription_id = @id and cycle_id < @before order by cycle_id desc limit @limit
            """)
            .Add("id", id).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(
            command,
            row => new CycleRecord(
                row.GetGuid(0), row.GetGuid(1), row.Time(2), row.Time(3), new Money(row.GetInt64(4)), new Money(row.GetInt64(5)),
                row.GetBoolean(6), row.Id(7), row.Id(8)),
            cancellationToken);
    }

    /// <summary>Subscriptions, newest first, older than <paramref name="before"/>.</summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="customerId">Of this customer alone; null: of all.</param>
    /// <param name="active">Only active ones, or only cancelled ones; null: both.</param>
    /// <param name="before">Where the page before ended.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<SubscriptionRecord>> ListAsync(
        Guid merchantId, Guid? customerId, bool? active, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var condition = (customerId is null ? "" : " and s.customer_id = @customer")
            + (active is null ? "" : active.Value ? " and s.cancelled_at is null" : " and s.cancelled_at is not null");
        var command = new NpgsqlCommand(
            $"{Select}{condition} and s.subscription_id < @before order by s.subscription_id desc limit @limit")
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        if (customerId is { } customer)
        {
            command.Add("customer", customer);
        }

        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>Ends a subscription; one that has ended stays as it is. The customer; null where this merchant has no such one.</summary>
    public async Task<Guid?> CancelAsync(Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            update subscriptions set cancelled_at = coalesce(cancelled_at, @at) where merchant_id = @merchant and subscription_id = @id
            returning customer_id
            """)
            .Add("merchant", merchantId).Add("id", id).AddTime("at", at);
        var rows = await source.QueryAsync(command, row => row.GetGuid(0), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The active subscriptions of some wallets' customers, by wallet, on a connection in a transaction.</summary>
    internal static async Task<Dictionary<long, SubscriptionRecord>> ListActiveAsync(
        NpgsqlConnection connection, long[] wallets, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"{Rows} where c.wallet_id = any(@wallets) and s.cancelled_at is null", connection).Add("wallets", wallets);
        var rows = await command.ReadAllAsync(Read, cancellationToken);
        return rows.ToDictionary(row => row.WalletId);
    }

    private static SubscriptionRecord Read(NpgsqlDataReader row) => new(
        new Subscription
        {
            Plan = PlanRow.ReadTerms(row, 0),
            Id = row.GetGuid(6),
            CustomerId = row.GetGuid(7),
            PlanId = row.GetGuid(8),
            AutoTopUpBundleId = row.Id(9),
            StartedAt = row.Time(10),
            CancelledAt = row.IsDBNull(11) ? null : row.Time(11),
            Cycle = LockedSubscription.ReadCycle(row, 16),
            Pending = LockedSubscription.ReadPending(row, 20),
            PastDueSince = row.IsDBNull(22) ? null : row.Time(22),
        },
        row.GetInt64(12),
        row.Text(13),
        row.Text(14),
        row.Text(15),
        row.IsDBNull(23) ? null : PlanRow.ReadTerms(row, 23));
}
