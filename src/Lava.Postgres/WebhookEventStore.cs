using Lava.Billing.Webhooks;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// The outbox. Claiming, reading and keeping are three transactions. Claiming ends an event's coming together with later changes and
/// asks for no wallet; reading locks wallets and asks for no event that is not claimed: so neither can wait in a circle with the flusher,
/// which has wallets locked while it looks for unclaimed events. Several nodes may do this at once: each takes all that waits, in order,
/// and a body is kept once.
/// </summary>
public sealed class WebhookEventStore(StoreSource source, EventRenderer render, TimeProvider time) : IWebhookOutbox
{
    /// <summary>How long a balance waits for the changes after it; tests have less time.</summary>
    internal TimeSpan Pause { get; init; } = WebhookLimits.BalancePause;

    /// <inheritdoc/>
    public async Task<int> RenderAsync(CancellationToken cancellationToken)
    {
        var events = await ClaimAsync(cancellationToken);
        if (events.Count == 0)
        {
            return 0;
        }

        var subjects = await ReadSubjectsAsync([.. events.Select(told => told.WalletId).Distinct()], cancellationToken);
        var bodies = events.ConvertAll(told =>
            subjects.GetValueOrDefault(told.WalletId) is var subject && (subject is not null || MayLackCustomer(told))
                ? render(told, subject) ?? []
                : []);
        await KeepAsync(events, bodies, cancellationToken);
        return events.Count;
    }

    /// <summary>
    /// The events that wait, in order. Those that were claimed before are among them: who claimed them has died, or is about to keep them.
    /// A balance waits for <see cref="Pause"/>, and with it what happened to its customer after it.
    /// </summary>
    internal async Task<List<WebhookEvent>> ClaimAsync(CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            with ready as (
              select e.sequence from webhook_events e
              where e.body is null and (e.claimed_at is not null or not exists (
                select from webhook_events b
                where b.wallet_id = e.wallet_id and b.kind = {(short)WebhookEventKind.BalanceUpdated} and b.claimed_at is null
                  and b.sequence <= e.sequence and b.created_at > clock_timestamp() - @pause))
              order by e.sequence limit {WebhookLimits.EventsPerRound} for update)
            update webhook_events w set claimed_at = coalesce(w.claimed_at, clock_timestamp())
            from ready where w.sequence = ready.sequence
            returning w.sequence, w.wallet_id, w.kind, w.facts::text
            """)
            .Add("pause", Pause);
        var events = await source.QueryAsync(
            command,
            row => new WebhookEvent(row.GetInt64(0), row.GetInt64(1), (WebhookEventKind)row.GetInt16(2), row.Text(3)),
            cancellationToken);
        events.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        return events;
    }

    /// <summary>
    /// The customers of some wallets. The wallets are locked for it: a change that found an event unclaimed, and so wrote none of its own,
    /// may not be committed yet; this waits for it, or that change would never be told.
    /// </summary>
    internal Task<Dictionary<long, EventSubject>> ReadSubjectsAsync(long[] wallets, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                var modes = await LockAsync(connection, wallets, cancellationToken);
                var credit = await CreditStore.SplitAsync(connection, wallets, cancellationToken);
                var customers = await CustomerStore.ListByWalletAsync(connection, wallets, cancellationToken);
                var subscriptions = await SubscriptionStore.ListActiveAsync(connection, wallets, cancellationToken);
                return customers.ToDictionary(
                    customer => customer.Customer.WalletId,
                    customer =>
                    {
                        var wallet = customer.Customer.WalletId;
                        return new EventSubject(modes[wallet], customer, subscriptions.GetValueOrDefault(wallet), credit[wallet]);
                    });
            },
            cancellationToken);

    /// <summary>Keeps the bodies and makes the deliveries; of an event that has a body by now nothing.</summary>
    internal Task KeepAsync(List<WebhookEvent> events, List<byte[]> bodies, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                long[] sequences = [.. events.Select(told => told.Sequence)];
                await using var keep = new NpgsqlCommand(
                    """
                    with locked as (
                      select sequence from webhook_events where sequence = any(@sequences) and body is null order by sequence for update)
                    update webhook_events e set body = r.body
                    from locked l join unnest(@sequences, @bodies) r(sequence, body) using (sequence) where e.sequence = l.sequence
                    returning e.sequence
                    """,
                    connection).Add("sequences", sequences);
                keep.Parameters.Add(new NpgsqlParameter("bodies", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = bodies.ToArray() });
                var kept = await keep.ReadAllAsync(row => row.GetInt64(0), cancellationToken);
                return await DeliveryStore.AddAsync(connection, [.. kept], time.GetUtcNow(), cancellationToken);
            },
            cancellationToken);

    /// <summary>A spend key is nobody's but the merchant's.</summary>
    private static bool MayLackCustomer(WebhookEvent told) => told.Kind == WebhookEventKind.LimitReached;

    private static async Task<Dictionary<long, bool>> LockAsync(
        NpgsqlConnection connection, long[] wallets, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select w.wallet_id, m.is_test from wallets w join merchants m using (merchant_id)
            where w.wallet_id = any(@wallets) order by w.wallet_id for share of w
            """,
            connection).Add("wallets", wallets);
        var rows = await command.ReadAllAsync(row => (Id: row.GetInt64(0), IsTest: row.GetBoolean(1)), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.IsTest);
    }
}
