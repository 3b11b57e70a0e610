using Npgsql;

namespace Lava.Postgres;

/// <summary>Businesses, each with a test and a live merchant.</summary>
public sealed class AccountStore(StoreSource source)
{
    // The test merchant's and the live one's names are the same when both are made: the live one's is the account's.
    private const string Select =
        """
        select t.account_id, l.name, t.merchant_id, l.merchant_id,
          t.account_id = (select account_id from merchants order by created_at, merchant_id limit 1)
        from merchants t join merchants l on l.account_id = t.account_id and not l.is_test
        where t.is_test and t.account_id =
        """;

    /// <summary>An account; null: there is none.</summary>
    public Task<AccountRecord?> FindAsync(Guid accountId, CancellationToken cancellationToken) =>
        FirstAsync(new NpgsqlCommand($"{Select} @account").Add("account", accountId), cancellationToken);

    /// <summary>A merchant's account; null: there is none.</summary>
    public Task<AccountRecord?> FindOfMerchantAsync(Guid merchantId, CancellationToken cancellationToken) =>
        FirstAsync(
            new NpgsqlCommand($"{Select} (select account_id from merchants where merchant_id = @merchant)").Add("merchant", merchantId),
            cancellationToken);

    /// <summary>The store's oldest account: its operator's.</summary>
    public Task<AccountRecord?> FindFirstAsync(CancellationToken cancellationToken) =>
        FirstAsync(
            new NpgsqlCommand($"{Select} (select account_id from merchants order by created_at, merchant_id limit 1)"), cancellationToken);

    private async Task<AccountRecord?> FirstAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = await source.QueryAsync(
            command,
            row => new AccountRecord(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetGuid(3), row.GetBoolean(4)),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }
}
