using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres.Seeding;

/// <summary>
/// Webhooks of a seeded past: what happened in its last days is written as events, rendered by the outbox itself, and then said to have
/// been delivered, now and then after some attempts. Their data is what the customers are at the end.
/// </summary>
internal sealed class SeedEvents(NpgsqlDataSource source, Guid merchantId, DateTimeOffset now)
{
    // So many are made, the newest, of so many days.
    private const int EventsMax = 400;
    private const short Delivered = (short)DeliveryState.Delivered;
    private const short GivenUp = (short)DeliveryState.GivenUp;
    private const short Waiting = (short)DeliveryState.Waiting;
    private static readonly TimeSpan Told = TimeSpan.FromDays(10);

    private static readonly string Payments =
        $"""
        select {PaymentRow.Columns} from payments where merchant_id = @merchant and ended_at >= @since
          and kind in ({(short)PaymentKind.Overage}, {(short)PaymentKind.Bundle}, {(short)PaymentKind.TopUp})
          and status in ({(short)PaymentStatus.Succeeded}, {(short)PaymentStatus.Failed})
        order by ended_at desc, payment_id limit {EventsMax}
        """;

    private static readonly string Cycles =
        $"""
        select c.created_at, u.wallet_id, c.subscription_id, c.plan_id
        from subscription_cycles c join subscriptions s using (subscription_id) join customers u using (customer_id)
        where u.merchant_id = @merchant and c.created_at >= @since and c.is_paid and c.starts_at > s.started_at
        order by c.created_at desc, c.cycle_id limit {EventsMax}
        """;

    // Of the second webhook one in eight took another attempt, one in thirty many; what is older than its patience was given up. The
    // newest of one customer still waits.
    private static readonly string Deliver =
        $"""
        with fates as (
          select d.delivery_id, e.created_at as at,
            case when d.webhook_id <> @failing then 0
              when d.delivery_id = (select max(delivery_id) from webhook_deliveries where webhook_id = @failing) then 4
              when d.delivery_id % 60 = 1 and e.created_at < @now - interval '71 hours' then 3
              when d.delivery_id % 60 in (3, 7) then 2 when d.delivery_id % 8 = 5 then 1 else 0 end as fate
          from webhook_deliveries d join webhook_events e on e.sequence = d.event_sequence where e.merchant_id = @merchant
        ), ends (fate, state, attempts, pause) as (values
          (0, {Delivered}, 1, interval '120 milliseconds'), (1, {Delivered}, 2, interval '5 seconds'),
          (2, {Delivered}, 4, interval '3 minutes'), (3, {GivenUp}, 12, interval '70 hours'), (4, {Waiting}, 4, interval '3 minutes'))
        update webhook_deliveries d set created_at = f.at, state = n.state, attempts = n.attempts, last_at = f.at + n.pause,
          last_status = case when n.state = {Delivered} then 204 else 503 end,
          last_error = case when n.state <> {Delivered} then 'Try again: entry ' || d.delivery_id || ' is locked.' end,
          next_attempt_at = case when n.state = {Waiting} then @now + interval '10 minutes' else f.at end
        from fates f join ends n using (fate) where f.delivery_id = d.delivery_id
        """;

    public async Task AddAsync(
        IReadOnlyList<(WebhookRecord Webhook, byte[] Secret)> webhooks, int keyId, EventRenderer render,
        CancellationToken cancellationToken)
    {
        foreach (var (webhook, secret) in webhooks)
        {
            await new WebhookStore(source).CreateAsync(merchantId, webhook, keyId, secret, cancellationToken);
        }

        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var events = (await ReadAsync(connection, cancellationToken)).OrderByDescending(told => told.At).Take(EventsMax).Reverse();
        await SeedRows.CopyAsync(
            connection, "webhook_events (merchant_id, wallet_id, kind, facts, created_at)", events,
            (rows, told) => rows.Row().Id(merchantId).Long(told.WalletId).Small((short)told.Kind).Json(told.Facts).Time(told.At),
            cancellationToken);
        var outbox = new WebhookEventStore(source, render, TimeProvider.System);
        while (await outbox.RenderAsync(cancellationToken) > 0)
        {
        }

        await using var deliver = Bind(new NpgsqlCommand(Deliver, connection)).AddTime("now", now)
            .Add("failing", webhooks[^1].Webhook.Id);
        await deliver.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<(DateTimeOffset At, long WalletId, WebhookEventKind Kind, string? Facts)>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var events = new List<(DateTimeOffset, long, WebhookEventKind, string?)>();
        foreach (var payment in await ReadAsync(connection, Payments, PaymentRow.Read, cancellationToken))
        {
            if (PaymentEvents.Of(payment, isTest: true) is var (kind, facts))
            {
                events.Add((payment.EndedAt!.Value, payment.Terms.WalletId, kind, facts));
            }
        }

        events.AddRange(await ReadAsync(
            connection, Cycles, row => Subscribed(row, WebhookEventKind.SubscriptionRenewed), cancellationToken));
        events.AddRange(await ReadAsync(
            connection,
            """
            select s.cancelled_at, c.wallet_id, s.subscription_id, s.plan_id from subscriptions s join customers c using (customer_id)
            where c.merchant_id = @merchant and s.cancelled_at >= @since
            """,
            row => Subscribed(row, WebhookEventKind.SubscriptionCancelled), cancellationToken));
        events.AddRange(await ReadAsync(
            connection,
            $"select created_at, wallet_id from customers where merchant_id = @merchant and created_at >= @since limit {EventsMax}",
            row => (row.Time(0), row.GetInt64(1), WebhookEventKind.CustomerCreated, (string?)null), cancellationToken));
        events.AddRange(await ReadAsync(
            connection, $"select {RefundRows.Columns} {RefundRows.From} where p.merchant_id = @merchant and r.ended_at >= @since",
            row => RefundRows.Read(row) is var refund
                ? (refund.CreatedAt, refund.WalletId, WebhookEventKind.PaymentRefunded, (string?)PaymentEvents.FactsOf(refund))
                : default,
            cancellationToken));
        events.AddRange(await ReadAsync(
            connection,
            """
            select d.created_at, p.wallet_id, p.payment_id, d.amount from disputes d join payments p using (payment_id)
            where p.merchant_id = @merchant and d.created_at >= @since
            """,
            row => (row.Time(0), row.GetInt64(1), WebhookEventKind.PaymentDisputed,
                (string?)PaymentEvents.FactsOfDispute(row.GetGuid(2), isTest: true, new Money(row.GetInt64(3)))),
            cancellationToken));
        return events;
    }

    private static (DateTimeOffset, long, WebhookEventKind, string?) Subscribed(NpgsqlDataReader row, WebhookEventKind kind) =>
        (row.Time(0), row.GetInt64(1), kind, SubscriptionRoll.Facts(row.GetGuid(2), row.GetGuid(3), isTest: true));

    private async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = Bind(new NpgsqlCommand(sql, connection)).AddTime("since", now - Told);
        return await command.ReadAllAsync(read, cancellationToken);
    }

    private NpgsqlCommand Bind(NpgsqlCommand command) => command.Add("merchant", merchantId);
}
