using Npgsql;

namespace Lava.Postgres;

/// <summary>Merchants' own keys for providers, encrypted: this store never sees one.</summary>
public sealed class ProviderKeyStore(StoreSource source)
{
    internal const string Columns = "merchant_id, provider, key_id, sealed, hint, created_at, updated_at";

    /// <summary>Keeps a key in place of the one before; gives the row as it now stands.</summary>
    public async Task<ProviderKeyRecord> PutAsync(ProviderKeyRecord key, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            insert into provider_keys ({Columns}) values (@merchant, @provider, @key, @sealed, @hint, @created, @updated)
            on conflict (merchant_id, provider) do update
            set key_id = excluded.key_id, sealed = excluded.sealed, hint = excluded.hint, updated_at = excluded.updated_at
            returning {Columns}
            """)
            .Add("merchant", key.MerchantId).Add("provider", key.Provider).Add("key", key.KeyId).Add("sealed", key.Sealed)
            .Add("hint", key.Hint).AddTime("created", key.CreatedAt).AddTime("updated", key.UpdatedAt);
        return (await source.QueryAsync(command, Read, cancellationToken))[0];
    }

    /// <summary>All keys of a merchant, by provider: never more than there are providers.</summary>
    public Task<List<ProviderKeyRecord>> ListAsync(Guid merchantId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"select {Columns} from provider_keys where merchant_id = @merchant order by provider")
            .Add("merchant", merchantId);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>Removes a key; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid merchantId, string provider, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            "delete from provider_keys where merchant_id = @merchant and provider = @provider returning provider")
            .Add("merchant", merchantId).Add("provider", provider);
        return (await source.QueryAsync(command, row => row.GetString(0), cancellationToken)).Count > 0;
    }

    internal static ProviderKeyRecord Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3), row.GetString(4), row.Time(5), row.Time(6));
}
