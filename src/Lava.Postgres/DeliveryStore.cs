using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>The queue of deliveries, and the log that it becomes.</summary>
public sealed class DeliveryStore(StoreSource source) : IDeliveryQueue
{
    private const int Waiting = (int)DeliveryState.Waiting;
    private const int Cancelled = (int)DeliveryState.Cancelled;

    private static readonly string Old =
        $"""
        delete from webhook_deliveries where state <> {Waiting} and created_at < @before and delivery_id in (
          select delivery_id from webhook_deliveries order by delivery_id limit {WebhookLimits.RemovedPerRound});
        delete from webhook_events e where body is not null and created_at < @before and sequence in (
          select sequence from webhook_events order by sequence limit {WebhookLimits.RemovedPerRound})
          and not exists (select from webhook_deliveries d where d.event_sequence = e.sequence)
        """;

    /// <inheritdoc/>
    public async Task<List<WebhookDelivery>> TakeAsync(
        DateTimeOffset now, int limit, IReadOnlyDictionary<Guid, int> underWay, CancellationToken cancellationToken)
    {
        // Rows that another process has just taken are passed over: this never waits with rows of its own locked.
        var command = new NpgsqlCommand(
            $"""
            with heads as (
              select distinct on (webhook_id, wallet_id) webhook_id, delivery_id, next_attempt_at
              from webhook_deliveries join webhooks using (webhook_id)
              where state = {Waiting} and deleted_at is null order by webhook_id, wallet_id, delivery_id
            ), due as (
              select h.delivery_id, row_number() over (partition by h.webhook_id order by h.next_attempt_at, h.delivery_id) as place,
                coalesce(u.sends, 0) as sends, h.next_attempt_at
              from heads h left join unnest(@webhooks, @sends) u(webhook_id, sends) using (webhook_id)
              where h.next_attempt_at <= @now
            ), taken as (
              select d.delivery_id from webhook_deliveries d
              where d.state = {Waiting} and d.next_attempt_at <= @now and d.delivery_id = any (array(
                select delivery_id from due where place + sends <= {WebhookLimits.SendsPerWebhook}
                order by next_attempt_at, delivery_id limit @limit))
              for update skip locked
            )
            update webhook_deliveries d set attempts = d.attempts + 1, next_attempt_at = @lease
            from taken t, webhooks h, merchants m, webhook_events e
            where d.delivery_id = t.delivery_id and h.webhook_id = d.webhook_id and m.merchant_id = h.merchant_id
              and e.sequence = d.event_sequence
            returning d.delivery_id, h.webhook_id, h.merchant_id, m.is_test, h.url, h.key_id, h.sealed, e.created_at, e.sequence, e.body,
              d.attempts, d.created_at
            """)
            .AddTime("now", now).AddTime("lease", now + WebhookLimits.Lease).Add("limit", limit)
            .Add("webhooks", underWay.Keys.ToArray()).Add("sends", underWay.Values.ToArray());
        return await source.QueryAsync(command, ReadTaken, cancellationToken);
    }

    /// <inheritdoc/>
    public Task EndAsync(
        WebhookDelivery delivery, DeliveryState state, DateTimeOffset? next, SendOutcome outcome, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        // That it was taken counts whoever says so; a failure only from whom the delivery still belongs to.
        var condition = state == DeliveryState.Delivered ? "" : " and attempts = @attempt";
        var command = new NpgsqlCommand(
            $"""
            update webhook_deliveries set state = @state, next_attempt_at = coalesce(@next, next_attempt_at), last_status = @status,
              last_error = @error, last_at = @at
            where delivery_id = @id and state = {Waiting}{condition}
            """)
            .Add("id", delivery.Id).Add("state", (short)state).Add("attempt", delivery.Attempt).AddTime("at", at)
            .AddTime("next", state == DeliveryState.Waiting ? next : null)
            .AddText("error", outcome.Error is { } error ? StorableText.Of(error) : null);
        command.Parameters.Add(new NpgsqlParameter("status", NpgsqlDbType.Integer) { Value = (object?)outcome.Status ?? DBNull.Value });
        return source.QueryAsync(command, _ => 0, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CancelAsync(Guid webhookId, CancellationToken cancellationToken) => source.RunAsync(
        connection => CancelAsync(connection, webhookId, cancellationToken), cancellationToken);

    /// <summary>Deliveries of a webhook, newest first, before the one numbered <paramref name="before"/>.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="state">Those in this state alone; null: all.</param>
    /// <param name="before">Where the page before ended.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<DeliveryRecord>> ListAsync(
        Guid webhookId, DeliveryState? state, long? before, int limit, CancellationToken cancellationToken)
    {
        var condition = state is null ? "" : $" and d.state = {(int)state}";
        var command = new NpgsqlCommand(
            $"""
            {Select("null::bytea")}
            where d.webhook_id = @webhook and d.delivery_id < @before{condition} order by d.delivery_id desc limit @limit
            """)
            .Add("webhook", webhookId).Add("before", before ?? long.MaxValue).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>A delivery of a webhook with its body; null where there is no such one.</summary>
    public async Task<DeliveryRecord?> FindAsync(Guid webhookId, long id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{Select("e.body")} where d.webhook_id = @webhook and d.delivery_id = @id")
            .Add("webhook", webhookId).Add("id", id);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>
    /// Sends the event of a delivery once more, in its customer's turn. The new delivery's number; null where there is none.
    /// </summary>
    public async Task<long?> ReplayAsync(Guid webhookId, long id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            insert into webhook_deliveries (webhook_id, event_sequence, wallet_id, state, next_attempt_at, created_at, replay_of)
            select d.webhook_id, d.event_sequence, d.wallet_id, {Waiting}, @at, @at, d.delivery_id
            from webhook_deliveries d join webhooks h using (webhook_id)
            where d.webhook_id = @webhook and d.delivery_id = @id and h.deleted_at is null for share of h
            returning delivery_id
            """)
            .Add("webhook", webhookId).Add("id", id).AddTime("at", at);
        var rows = await source.QueryAsync(command, row => row.GetInt64(0), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>
    /// Removes ended deliveries that are older, and events that nobody is told of any more: rows of a round, the oldest. Gives how many.
    /// </summary>
    public Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken) => source.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(Old, connection).AddTime("before", before);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Makes deliveries of events that have just got their bodies, in order, for all webhooks of their merchants. A balance takes the place
    /// of one before it that nobody has begun to send: a target that is away for long leaves no heap of them. The webhooks are locked
    /// first: one that is deleted at the same time is told nothing more, or cancels what is made here.
    /// </summary>
    internal static async Task<int> AddAsync(
        NpgsqlConnection connection, long[] events, DateTimeOffset at, CancellationToken cancellationToken)
    {
        const int Balance = (int)WebhookEventKind.BalanceUpdated;
        await using var command = new NpgsqlCommand(
            $"""
            select from webhooks h
            where h.merchant_id in (select merchant_id from webhook_events where sequence = any(@events)) and h.deleted_at is null
            order by h.webhook_id for share;
            with stale as (
              select d.delivery_id from webhook_events e
              join webhooks h on h.merchant_id = e.merchant_id and h.deleted_at is null
              join webhook_deliveries d on d.webhook_id = h.webhook_id and d.wallet_id = e.wallet_id and d.state = {Waiting}
              join webhook_events o on o.sequence = d.event_sequence
              where e.sequence = any(@events) and e.kind = {Balance} and length(e.body) > 0 and o.kind = {Balance} and d.attempts = 0
                and d.replay_of is null
              for update of d skip locked)
            update webhook_deliveries d set state = {Cancelled}, last_error = 'A later balance was told in its place.'
            from stale s where d.delivery_id = s.delivery_id;
            insert into webhook_deliveries (webhook_id, event_sequence, wallet_id, state, next_attempt_at, created_at)
            select h.webhook_id, e.sequence, e.wallet_id, {Waiting}, @at, @at
            from webhook_events e join webhooks h on h.merchant_id = e.merchant_id and h.deleted_at is null
            where e.sequence = any(@events) and length(e.body) > 0 order by e.sequence
            """,
            connection)
            .Add("events", events).AddTime("at", at);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static async Task<int> CancelAsync(NpgsqlConnection connection, Guid webhookId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"update webhook_deliveries set state = {Cancelled} where webhook_id = @webhook and state = {Waiting}", connection)
            .Add("webhook", webhookId);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Select(string body) =>
        $"""
        select d.delivery_id, e.created_at, e.sequence, e.kind, d.state, d.attempts, d.last_status, d.last_error, d.next_attempt_at,
          d.created_at, d.replay_of, p.created_at, {body}
        from webhook_deliveries d join webhook_events e on e.sequence = d.event_sequence
          left join webhook_deliveries p on p.delivery_id = d.replay_of
        """;

    private static DeliveryRecord Read(NpgsqlDataReader row) => new()
    {
        Id = Ids.FromTimeAndNumber(row.Time(9), row.GetInt64(0)),
        EventId = Ids.FromTimeAndNumber(row.Time(1), row.GetInt64(2)),
        Kind = (WebhookEventKind)row.GetInt16(3),
        State = (DeliveryState)row.GetInt16(4),
        Attempts = row.GetInt32(5),
        LastStatus = row.IsDBNull(6) ? null : row.GetInt32(6),
        LastError = row.Text(7),
        NextAttemptAt = row.Time(8),
        CreatedAt = row.Time(9),
        ReplayOf = row.IsDBNull(11) ? null : Ids.FromTimeAndNumber(row.Time(11), row.GetInt64(10)),
        Body = row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12),
    };

    private static WebhookDelivery ReadTaken(NpgsqlDataReader row)
    {
        var target = new WebhookTarget(
            row.GetGuid(1), row.GetGuid(2), row.GetBoolean(3), row.GetString(4), row.GetInt32(5), row.GetFieldValue<byte[]>(6));
        var eventId = Ids.Format(IdPrefix.Event, target.IsTest, Ids.FromTimeAndNumber(row.Time(7), row.GetInt64(8)));
        return new WebhookDelivery(
            row.GetInt64(0), target, eventId, row.GetFieldValue<byte[]>(9), row.GetInt32(10), row.Time(11));
    }
}
