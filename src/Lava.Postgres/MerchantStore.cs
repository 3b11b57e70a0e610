using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Merchants and the accounts that each of them has once.</summary>
public sealed class MerchantStore(StoreSource source, TimeProvider time)
{
    // Any number: it only has to be the same for every server that starts on one database.
    private const long FirstMerchantLock = 0x4C415641;
    private static readonly short[] OwnKinds =
        [.. Enum.GetValues<WalletKind>().Where(kind => kind != WalletKind.Customer).Select(kind => (short)kind)];

    /// <summary>
    /// Makes the first merchant of an empty store, with its wallets and its secret key. Null where there is a merchant already.
    /// </summary>
    /// <param name="name">What people read.</param>
    /// <param name="isTest">Test mode.</param>
    /// <param name="secretKeyDigest">SHA-256 of the key.</param>
    /// <param name="hint">Prefix and last four characters of the key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Merchant?> CreateFirstAsync(
        string name, bool isTest, UInt256 secretKeyDigest, string hint, CancellationToken cancellationToken = default) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await using var exists = new NpgsqlCommand(
                    $"select pg_advisory_xact_lock({FirstMerchantLock}); select exists (select from merchants)", connection);
                await using (var reader = await exists.ExecuteReaderAsync(cancellationToken))
                {
                    await reader.NextResultAsync(cancellationToken);
                    await reader.ReadAsync(cancellationToken);
                    if (reader.GetBoolean(0))
                    {
                        return null;
                    }
                }

                var merchant = await InsertAsync(connection, name, isTest, cancellationToken);
                var key = new SecretKeyRecord(Ids.New(time), "First key", hint, secretKeyDigest, time.GetUtcNow());
                await SecretKeyStore.InsertAsync(connection, merchant.Id, key, cancellationToken);
                return merchant;
            },
            cancellationToken);

    /// <summary>Makes another merchant, with its wallets and without a key.</summary>
    public Task<Merchant> CreateAsync(string name, bool isTest, CancellationToken cancellationToken = default) =>
        source.RunInTransactionAsync<Merchant>(connection => InsertAsync(connection, name, isTest, cancellationToken), cancellationToken);

    /// <summary>
    /// Sets how far the merchants' own wallets may go into the red: the budget of the calls that no customer pays. Null: no bound.
    /// Before the wallets are loaded; the live ones do not notice.
    /// </summary>
    public Task SetBudgetAsync(Money? budget, CancellationToken cancellationToken = default) =>
        source.RunAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    $"update wallets set floor = @floor where kind = {(short)WalletKind.Merchant} and floor is distinct from @floor",
                    connection);
                command.Parameters.Add(new NpgsqlParameter<long?>("floor", budget is { } most ? -most.Units : null));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>Keeps what a merchant chose. Another mark of low balances is compared with each of its customers' wallets.</summary>
    public Task SetSettingsAsync(Guid merchantId, MerchantSettings settings, CancellationToken cancellationToken = default) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    """
                    insert into wallets_due (wallet_id) select w.wallet_id from wallets w join merchants m on m.merchant_id = w.merchant_id
                    where w.merchant_id = @merchant and w.kind = 0 and m.low_balance <> @low on conflict do nothing;
                    update merchants set refuse_unlinked_meters = @refuse, ceiling_input = @input, ceiling_output = @output,
                      low_balance = @low
                    where merchant_id = @merchant
                    """,
                    connection)
                    .Add("merchant", merchantId).Add("refuse", settings.RefuseUnlinkedMeters)
                    .Add("low", settings.LowBalance.Units);
                command.Parameters.Add(new NpgsqlParameter<long?>("input", settings.CeilingInput?.Units));
                command.Parameters.Add(new NpgsqlParameter<long?>("output", settings.CeilingOutput?.Units));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    private async Task<Merchant> InsertAsync(NpgsqlConnection connection, string name, bool isTest, CancellationToken cancellationToken)
    {
        var id = Ids.New(time);
        await using var wallets = new NpgsqlCommand(
            $"""
            with made as (insert into wallets (merchant_id, kind) select @merchant, unnest(@kinds) returning wallet_id, kind)
            select wallet_id from made where kind = {(short)WalletKind.Merchant}
            """,
            connection)
            .Add("merchant", id)
            .Add("kinds", OwnKinds);
        var walletId = await wallets.ReadFirstAsync(row => row.GetInt64(0), cancellationToken);
        await using var merchant = new NpgsqlCommand(
            """
            insert into merchants (merchant_id, account_id, name, is_test, wallet_id, created_at)
            values (@id, @id, @name, @test, @wallet, @at)
            """,
            connection)
            .Add("id", id).Add("name", name).Add("test", isTest).Add("wallet", walletId).AddTime("at", time.GetUtcNow());
        await merchant.ExecuteNonQueryAsync(cancellationToken);
        await DefaultPlan.InsertAsync(connection, id, time, cancellationToken);
        return new Merchant { Id = id, IsTest = isTest, WalletId = walletId };
    }
}
