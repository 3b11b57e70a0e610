using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What a merchant should look at. For the dashboard's own connections.</summary>
public sealed class AttentionStore(StoreSource source)
{
    private const string Name = "coalesce(nullif(c.name, ''), nullif(c.reference_id, ''), c.email)";

    // Index wallets_alerted. A wallet that never held anything is no alert.
    private const string Alerted =
        """
        from wallets w join customers c using (wallet_id)
        where w.merchant_id = @merchant and w.kind = 0 and w.alert_level > 0 and w.version > 0 and c.deleted_at is null
        """;

    // Its primary key: a merchant's quarters from one on. Calls of no customer have the id of zeros.
    private const string Refused =
        "from refusal_sums where merchant_id = @merchant and quarter >= @since and customer_id <> '00000000-0000-0000-0000-000000000000'";

    /// <summary>Payments that somebody should look at. Each state by its own small index: of most there is nothing more to do.</summary>
    internal static readonly string FailingPayments =
        $"""
        select payment_id, customer_id, amount, status, next_attempt_at, decline_code from payments
        where merchant_id = @merchant and status = {(short)PaymentStatus.Review}
        union all
        select payment_id, customer_id, amount, status, next_attempt_at, decline_code from payments
        where merchant_id = @merchant and status = {(short)PaymentStatus.Waiting} and attempts > 0
        """;

    private static readonly string FailingWebhooks =
        $"""
        from webhooks w
        cross join lateral (
          select state, attempts, last_status from webhook_deliveries
          where webhook_id = w.webhook_id and attempts > 0 order by delivery_id desc limit 1
        ) d
        where w.merchant_id = @merchant and w.deleted_at is null
          and (d.state = {(short)DeliveryState.GivenUp} or d.state = {(short)DeliveryState.Waiting})
        """;

    /// <summary>Customers with little or nothing left, those with nothing first.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<BalanceAlert>> AlertsAsync(Guid merchantId, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select c.customer_id, {Name}, w.wallet_id, w.alert_level, w.posted
            {Alerted}
            order by w.alert_level desc, w.wallet_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("limit", limit);
        return source.QueryAsync(
            command,
            row => new BalanceAlert(
                row.GetGuid(0), row.Text(1), row.GetInt64(2), (BalanceLevel)row.GetInt16(3), new Money(row.GetInt64(4))),
            cancellationToken);
    }

    /// <summary>Customers whose calls were refused since a time, the most often refused first.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<RefusedCustomer>> RefusedAsync(
        Guid merchantId, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select c.customer_id, {Name}, r.code, r.calls
            from (
              select customer_id, (array_agg(code order by calls desc, code))[1] as code, sum(calls)::bigint as calls
              from (
                select customer_id, code, sum(calls) as calls {Refused} group by 1, 2
              ) codes group by 1 order by 3 desc, 1 limit @limit
            ) r join customers c using (customer_id)
            order by r.calls desc, r.customer_id
            """)
            .Add("merchant", merchantId).AddTime("since", since).Add("limit", limit);
        return source.QueryAsync(
            command,
            row => new RefusedCustomer(row.GetGuid(0), row.Text(1), row.GetString(2), row.GetInt64(3)),
            cancellationToken);
    }

    /// <summary>How many payments somebody should look at.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<long> FailingPaymentsAsync(Guid merchantId, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"select count(*) from (select from ({FailingPayments}) failing limit @limit) counted")
            .Add("merchant", merchantId).Add("limit", limit);
        return (await source.QueryAsync(command, row => row.GetInt64(0), cancellationToken))[0];
    }

    /// <summary>Payments that somebody should look at: those that a person must decide, then those that are attempted soonest.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<FailingPayment>> ListFailingPaymentsAsync(Guid merchantId, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select p.payment_id, p.customer_id, {Name}, p.amount, p.status, p.next_attempt_at, p.decline_code
            from ({FailingPayments}) p join customers c using (customer_id)
            order by p.status desc, p.next_attempt_at, p.payment_id limit @limit
            """)
            .Add("merchant", merchantId).Add("limit", limit);
        return source.QueryAsync(
            command,
            row => new FailingPayment(
                row.GetGuid(0), row.GetGuid(1), row.Text(2), new Money(row.GetInt64(3)),
                row.GetInt16(4) == (short)PaymentStatus.Review, row.IsDBNull(5) ? null : row.Time(5), row.Text(6)),
            cancellationToken);
    }

    /// <summary>Webhooks whose last delivery did not succeed.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<FailingWebhook>> FailingWebhooksAsync(Guid merchantId, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select w.webhook_id, w.name, d.last_status {FailingWebhooks}
            order by w.webhook_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("limit", limit);
        return source.QueryAsync(
            command, row => new FailingWebhook(row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt32(2)),
            cancellationToken);
    }

    /// <summary>
    /// How many lines all of this comes to: each kind up to a limit, and one more for all other failing payments. Every kind ends at its
    /// limit, so that the cost has one, too.
    /// </summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<int> CountAsync(Guid merchantId, DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        (await source.QueryAsync(CountCommand(merchantId, since, limit), row => row.GetInt32(0), cancellationToken))[0];

    // Refused customers one by one, each the first that is not known yet: a night of abuse has a hundred thousand rows.
    internal static NpgsqlCommand CountCommand(Guid merchantId, DateTimeOffset since, int limit) => new NpgsqlCommand(
        $"""
        with recursive refused(customer_id, known) as (
          (select customer_id, array[customer_id] {Refused} limit 1)
          union all
          select next.customer_id, known || next.customer_id from refused cross join lateral (
            select customer_id {Refused} and customer_id <> all (known) limit 1
          ) next where cardinality(known) < @limit
        )
        select ((select count(*) from refused)
          + (select count(*) from (select {Alerted} limit @limit) alerts)
          + (select count(*) from (select {FailingWebhooks} limit @limit) webhooks)
          + (select count(*) from (select from ({FailingPayments}) failing limit @limit + 1) payments))::integer
        """)
        .Add("merchant", merchantId).AddTime("since", since).Add("limit", limit);
}
