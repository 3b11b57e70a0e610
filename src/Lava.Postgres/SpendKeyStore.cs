using Lava.Core.Accounts;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Spend keys: their digests and rules, never the keys.</summary>
public sealed class SpendKeyStore(StoreSource source)
{
    private const string WithUsage = $"select {SpendKeyRow.Columns}, {SpendKeyRow.UsageColumns} from";

    /// <summary>A key as it stands on a day; null where this merchant has none.</summary>
    public async Task<SpendKeyRecord?> FindAsync(Guid merchantId, Guid id, DateOnly today, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            {WithUsage} spend_keys k {SpendKeyRow.UsageJoin}
            where k.merchant_id = @merchant and k.spend_key_id = @id and k.deleted_at is null
            """)
            .Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, row => SpendKeyRow.ReadUsage(row, today), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Keys as they stand on a day, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<SpendKeyRecord>> ListAsync(
        Guid merchantId, Guid? before, int limit, DateOnly today, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            {WithUsage} spend_keys k {SpendKeyRow.UsageJoin}
            where k.merchant_id = @merchant and k.deleted_at is null and k.spend_key_id < @before
            order by k.spend_key_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, row => SpendKeyRow.ReadUsage(row, today), cancellationToken);
    }

    /// <summary>Adds a key.</summary>
    public Task CreateAsync(Guid merchantId, SpendKeyRecord key, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            insert into spend_keys (spend_key_id, merchant_id, name, preview, digest, is_paused, request_shape, allowed_models,
              allowed_providers, spend_limit, spend_cycle, request_limit, request_cycle, rate_per_minute, rate_burst, expires_at,
              created_at)
            values (@id, @merchant, @name, @preview, @digest, @paused, @shape, @models,
              @providers, @spend, @spend_cycle, @requests, @request_cycle, @rate, @burst, @expires, @created)
            returning spend_key_id
            """)
            .AddTime("created", key.CreatedAt);
        return source.QueryAsync(AddFields(command, merchantId, key), row => row.GetGuid(0), cancellationToken);
    }

    /// <summary>Changes a key and returns it as it stands on a day; null where this merchant has none.</summary>
    public Task<SpendKeyRecord?> UpdateAsync(
        Guid merchantId, Guid id, DateOnly today, Func<SpendKeyRecord, SpendKeyRecord> change, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await using var select = new NpgsqlCommand(
                    $"""
                    {WithUsage} spend_keys k {SpendKeyRow.UsageJoin}
                    where k.merchant_id = @merchant and k.spend_key_id = @id and k.deleted_at is null for update of k
                    """,
                    connection)
                    .Add("merchant", merchantId).Add("id", id);
                if (await select.ReadFirstAsync(row => SpendKeyRow.ReadUsage(row, today), cancellationToken) is not { } found)
                {
                    return null;
                }

                await using var update = new NpgsqlCommand(
                    """
                    update spend_keys set name = @name, preview = @preview, digest = @digest, is_paused = @paused, request_shape = @shape,
                      allowed_models = @models, allowed_providers = @providers, spend_limit = @spend, spend_cycle = @spend_cycle,
                      request_limit = @requests, request_cycle = @request_cycle, rate_per_minute = @rate, rate_burst = @burst,
                      expires_at = @expires
                    where merchant_id = @merchant and spend_key_id = @id
                    """,
                    connection);
                await AddFields(update, merchantId, change(found)).ExecuteNonQueryAsync(cancellationToken);

                // Another cycle of its limit has another usage.
                await using var again = new NpgsqlCommand(select.CommandText, connection).Add("merchant", merchantId).Add("id", id);
                return await again.ReadFirstAsync(row => SpendKeyRow.ReadUsage(row, today), cancellationToken);
            },
            cancellationToken);

    /// <summary>Marks a key deleted.</summary>
    /// <returns>Was it deleted now; and has the merchant such a key, deleted or not.</returns>
    public async Task<(bool Deleted, bool Exists)> DeleteAsync(
        Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            with gone as (
              update spend_keys set deleted_at = @at
              where merchant_id = @merchant and spend_key_id = @id and deleted_at is null returning 1)
            select exists (select from gone), exists (select from spend_keys where merchant_id = @merchant and spend_key_id = @id)
            """)
            .Add("merchant", merchantId).Add("id", id).AddTime("at", at);
        return (await source.QueryAsync(command, row => (row.GetBoolean(0), row.GetBoolean(1)), cancellationToken))[0];
    }

    private static NpgsqlCommand AddFields(NpgsqlCommand command, Guid merchantId, SpendKeyRecord key)
    {
        AddOrNull(command, "models", key.AllowedModels, NpgsqlDbType.Array | NpgsqlDbType.Text);
        AddOrNull(command, "providers", key.AllowedProviders, NpgsqlDbType.Array | NpgsqlDbType.Text);
        AddLimit(command, "spend", "spend_cycle", key.SpendLimit);
        AddLimit(command, "requests", "request_cycle", key.RequestLimit);
        AddOrNull(command, "rate", key.RatePerMinute, NpgsqlDbType.Integer);
        AddOrNull(command, "burst", key.RateBurst, NpgsqlDbType.Integer);
        return command.Add("id", key.Id).Add("merchant", merchantId).Add("name", key.Name).Add("preview", key.Preview)
            .Add("digest", key.Digest.ToArray()).Add("paused", key.IsPaused).Add("shape", (short)key.Shape)
            .AddTime("expires", key.ExpiresAt);
    }

    private static void AddLimit(NpgsqlCommand command, string amount, string cycle, UsageLimit? limit)
    {
        AddOrNull(command, amount, limit?.Amount, NpgsqlDbType.Bigint);
        AddOrNull(command, cycle, (short?)limit?.Cycle, NpgsqlDbType.Smallint);
    }

    private static void AddOrNull(NpgsqlCommand command, string name, object? value, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
