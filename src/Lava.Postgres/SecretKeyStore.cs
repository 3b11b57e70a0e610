using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Secret keys: their digests, never the keys.</summary>
public sealed class SecretKeyStore(StoreSource source)
{
    /// <summary>Keys in use, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<SecretKeyRecord>> ListAsync(Guid merchantId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select secret_key_id, name, hint, digest, created_at from secret_keys
            where merchant_id = @merchant and deleted_at is null and secret_key_id < @before order by secret_key_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>Adds a key.</summary>
    public Task CreateAsync(Guid merchantId, SecretKeyRecord key, CancellationToken cancellationToken) =>
        source.RunAsync(connection => InsertAsync(connection, merchantId, key, cancellationToken), cancellationToken);

    /// <summary>Deletes a key, unless it is the merchant's last.</summary>
    public Task<SecretKeyDeletion> DeleteAsync(Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                // The merchant's row serialises deletions: two at once would each see the other's key as the one that stays.
                await using var select = new NpgsqlCommand(
                    """
                    select k.digest, k.deleted_at is not null,
                      (select count(*) from secret_keys o where o.merchant_id = @merchant and o.deleted_at is null)
                    from merchants m join secret_keys k on k.merchant_id = m.merchant_id
                    where m.merchant_id = @merchant and k.secret_key_id = @id
                    """,
                    connection)
                    .Add("merchant", merchantId).Add("id", id);
                await using var lockMerchant = new NpgsqlCommand(
                    "select 1 from merchants where merchant_id = @merchant for update", connection).Add("merchant", merchantId);
                await lockMerchant.ExecuteNonQueryAsync(cancellationToken);
                var found = await select.ReadFirstAsync(
                    row => (Digest: row.GetFieldValue<byte[]>(0), Deleted: row.GetBoolean(1), Keys: row.GetInt64(2)), cancellationToken);
                if (found.Digest is null)
                {
                    return new SecretKeyDeletion(SecretKeyDeleteOutcome.NotFound, default);
                }

                var digest = UInt256.FromBytes(found.Digest);
                if (found.Deleted || found.Keys == 1)
                {
                    return new SecretKeyDeletion(
                        found.Deleted ? SecretKeyDeleteOutcome.AlreadyDeleted : SecretKeyDeleteOutcome.LastKey, digest);
                }

                await using var update = new NpgsqlCommand(
                    "update secret_keys set deleted_at = @at where secret_key_id = @id", connection).Add("id", id).AddTime("at", at);
                await update.ExecuteNonQueryAsync(cancellationToken);
                return new SecretKeyDeletion(SecretKeyDeleteOutcome.Deleted, digest);
            },
            cancellationToken);

    /// <summary>Gives a key another text; null where this merchant has no such key in use.</summary>
    public async Task<SecretKeyRecord?> RotateAsync(
        Guid merchantId, Guid id, string hint, UInt256 digest, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            update secret_keys set hint = @hint, digest = @digest
            where merchant_id = @merchant and secret_key_id = @id and deleted_at is null
            returning secret_key_id, name, hint, digest, created_at
            """)
            .Add("merchant", merchantId).Add("id", id).Add("hint", hint).Add("digest", digest.ToArray());
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    internal static async Task<int> InsertAsync(
        NpgsqlConnection connection, Guid merchantId, SecretKeyRecord key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into secret_keys (secret_key_id, merchant_id, name, hint, digest, created_at)
            values (@id, @merchant, @name, @hint, @digest, @at)
            """,
            connection)
            .Add("id", key.Id).Add("merchant", merchantId).Add("name", key.Name).Add("hint", key.Hint)
            .Add("digest", key.Digest.ToArray()).AddTime("at", key.CreatedAt);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static SecretKeyRecord Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), UInt256.FromBytes(row.GetFieldValue<byte[]>(3)), row.Time(4));
}
