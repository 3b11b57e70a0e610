using Lava.Billing.Webhooks;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Who is told of a merchant's events. The secrets are encrypted: this store never sees one.</summary>
public sealed class WebhookStore(StoreSource source)
{
    private const string Columns = "webhook_id, name, url, created_at";
    private const string Live = "merchant_id = @merchant and deleted_at is null";

    /// <summary>Adds a webhook; false where the merchant has <see cref="WebhookLimits.PerMerchant"/> already.</summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="webhook">The webhook.</param>
    /// <param name="keyId">The master key that its secret is sealed under.</param>
    /// <param name="box">The secret, encrypted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<bool> CreateAsync(
        Guid merchantId, WebhookRecord webhook, int keyId, byte[] box, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            // Of two that come at once the second sees the first.
            await using var locked = new NpgsqlCommand("select 1 from merchants where merchant_id = @merchant for update", connection)
                .Add("merchant", merchantId);
            await locked.ExecuteNonQueryAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                $"""
                insert into webhooks (webhook_id, merchant_id, name, url, key_id, sealed, created_at)
                select @id, @merchant, @name, @url, @key, @sealed, @at
                where (select count(*) from webhooks where {Live}) < {WebhookLimits.PerMerchant}
                """,
                connection)
                .Add("merchant", merchantId).Add("id", webhook.Id).Add("name", webhook.Name).Add("url", webhook.Url)
                .Add("key", keyId).Add("sealed", box).AddTime("at", webhook.CreatedAt);
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        },
        cancellationToken);

    /// <summary>A webhook; null where this merchant has no such one.</summary>
    public async Task<WebhookRecord?> FindAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"select {Columns} from webhooks where {Live} and webhook_id = @id")
            .Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Webhooks, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<WebhookRecord>> ListAsync(Guid merchantId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {Columns} from webhooks where {Live} and webhook_id < @before order by webhook_id desc limit @limit")
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>Changes a webhook and returns it as it now stands; null where there is none.</summary>
    public async Task<WebhookRecord?> UpdateAsync(
        Guid merchantId, Guid id, WebhookChange change, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            update webhooks set name = coalesce(@name, name), url = coalesce(@url, url) where {Live} and webhook_id = @id
            returning {Columns}
            """)
            .Add("merchant", merchantId).Add("id", id).AddText("name", change.Name).AddText("url", change.Url);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Marks a webhook deleted and cancels what waits for it; false where there is none.</summary>
    public Task<bool> DeleteAsync(Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    $"update webhooks set deleted_at = @at where {Live} and webhook_id = @id", connection)
                    .Add("merchant", merchantId).Add("id", id).AddTime("at", at);
                if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
                {
                    return false;
                }

                await DeliveryStore.CancelAsync(connection, id, cancellationToken);
                return true;
            },
            cancellationToken);

    private static WebhookRecord Read(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.Time(3));
}
