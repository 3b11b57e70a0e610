using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What payment providers told: the five values of an event that are needed, and how far it is. By PostgreSQL's clock.</summary>
public sealed class ProviderEventStore(StoreSource source) : IProviderEventStore
{
    /// <summary>An event that was taken is out of others' reach for so long: whoever took it may have died.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async Task<bool> AddAsync(ProviderEvent happened, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            insert into provider_events (provider, event_id, kind, object_reference, created_at, received_at, next_attempt_at)
            values (@provider, @id, @kind, @object, @created, now(), now()) on conflict do nothing returning 1
            """)
            .Add("provider", (short)happened.Provider).Add("id", happened.Id).Add("kind", happened.Kind)
            .Add("object", happened.ObjectReference).AddTime("created", happened.CreatedAt);
        return (await source.QueryAsync(command, row => row.GetInt32(0), cancellationToken)).Count == 1;
    }

    /// <inheritdoc/>
    public async Task<List<ProviderEvent>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            update provider_events e set attempts = attempts + 1, next_attempt_at = now() + @lease
            from (
              select provider, event_id from provider_events where handled_at is null and next_attempt_at <= now()
              order by next_attempt_at, created_at, event_id limit @limit for update skip locked
            ) due
            where e.provider = due.provider and e.event_id = due.event_id
            returning e.provider, e.event_id, e.kind, e.object_reference, e.created_at, e.attempts
            """)
            .Add("lease", Lease).Add("limit", limit);
        var taken = await source.QueryAsync(command, Read, cancellationToken);
        return [.. taken.OrderBy(happened => happened.CreatedAt).ThenBy(happened => happened.Id, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task EndAsync(PaymentProviderKind provider, string eventId, string? error, CancellationToken cancellationToken) =>
        ChangeAsync("handled_at = now(), next_attempt_at = null, error = @error", provider, eventId, error, null, cancellationToken);

    /// <inheritdoc/>
    public Task PostponeAsync(
        PaymentProviderKind provider, string eventId, TimeSpan wait, string error, CancellationToken cancellationToken) =>
        ChangeAsync("next_attempt_at = now() + @wait, error = @error", provider, eventId, error, wait, cancellationToken);

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> FindNewestAsync(PaymentProviderKind provider, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            "select created_at from provider_events where provider = @provider order by created_at desc limit 1")
            .Add("provider", (short)provider);
        var rows = await source.QueryAsync(command, row => row.Time(0), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Removes events that were handled before a moment.</summary>
    public Task RemoveHandledAsync(DateTimeOffset before, CancellationToken cancellationToken) => source.QueryAsync(
        new NpgsqlCommand("delete from provider_events where handled_at < @before").AddTime("before", before), _ => 0, cancellationToken);

    /// <summary>Payments in review, and events of the last weeks that were given up: a person must look at both.</summary>
    public async Task<(long Held, long GivenUp)> CountOpenAsync(CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select (select count(*) from payments where status = {(short)PaymentStatus.Review}),
              (select count(*) from provider_events where error = '{StripeEvents.GivenUp}')
            """);
        return (await source.QueryAsync(command, row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken))[0];
    }

    private Task ChangeAsync(
        string set, PaymentProviderKind provider, string eventId, string? error, TimeSpan? wait, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"update provider_events set {set} where provider = @provider and event_id = @id and handled_at is null")
            .Add("provider", (short)provider).Add("id", eventId).AddText("error", error is null ? null : StorableText.Of(error))
            .Add("wait", wait ?? TimeSpan.Zero);
        return source.QueryAsync(command, _ => 0, cancellationToken);
    }

    private static ProviderEvent Read(NpgsqlDataReader row) => new(
        (PaymentProviderKind)row.GetInt16(0), row.GetString(1), row.GetString(2), row.GetString(3), row.Time(4), row.GetInt32(5));
}
