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

                var merchant = await InsertAsync(connection, name, isTest, null, cancellationToken);
                var key = new SecretKeyRecord(Ids.New(time), "First key", hint, secretKeyDigest, time.GetUtcNow());
                await SecretKeyStore.InsertAsync(connection, merchant.Id, key, cancellationToken);
                return merchant;
            },
            cancellationToken);

    /// <summary>Makes another merchant, with its wallets and without a key.</summary>
    public Task<Merchant> CreateAsync(string name, bool isTest, CancellationToken cancellationToken = default) =>
        source.RunInTransactionAsync<Merchant>(
            connection => InsertAsync(connection, name, isTest, null, cancellationToken), cancellationToken);

    /// <summary>
    /// Gives every merchant what each has: a sibling in the other mode, which has no key yet, and a plan that costs nothing. What a
    /// merchant has had once is not made again. Before accounts and wallets are loaded.
    /// </summary>
    public Task CompleteAsync(CancellationToken cancellationToken = default) => source.RunInTransactionAsync(
        async connection =>
        {
            await using (var locked = new NpgsqlCommand($"select pg_advisory_xact_lock({FirstMerchantLock})", connection))
            {
                await locked.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var alone = new NpgsqlCommand(
                """
                select account_id, name, not is_test from merchants m
                where not exists (select from merchants o where o.account_id = m.account_id and o.is_test <> m.is_test)
                """,
                connection);
            var missing = await alone.ReadAllAsync(
                row => (Account: row.GetGuid(0), Name: row.GetString(1), IsTest: row.GetBoolean(2)), cancellationToken);
            foreach (var (account, name, isTest) in missing)
            {
                await InsertAsync(connection, name, isTest, account, cancellationToken);
            }

            return missing.Count;
        },
        cancellationToken);

    /// <summary>The merchant of the same account in one of the two modes, and the account; null where there is none.</summary>
    public Task<AccountMerchant?> FindOfAccountAsync(Guid merchantId, bool isTest, CancellationToken cancellationToken) => source.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                select m.merchant_id, m.is_test, m.wallet_id, m.refuse_unlinked_meters, m.ceiling_input, m.ceiling_output, m.account_id,
                  m.low_balance, m.support_contact
                from merchants m join merchants own using (account_id) where own.merchant_id = @merchant and m.is_test = @test
                """,
                connection)
                .Add("merchant", merchantId).Add("test", isTest);
            return await command.ReadFirstAsync(ReadOfAccount, cancellationToken);
        },
        cancellationToken);

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
                      low_balance = @low, support_contact = @contact
                    where merchant_id = @merchant
                    """,
                    connection)
                    .Add("merchant", merchantId).Add("refuse", settings.RefuseUnlinkedMeters)
                    .Add("low", settings.LowBalance.Units).AddText("contact", settings.SupportContact);
                command.Parameters.Add(new NpgsqlParameter<long?>("input", settings.CeilingInput?.Units));
                command.Parameters.Add(new NpgsqlParameter<long?>("output", settings.CeilingOutput?.Units));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    private static AccountMerchant ReadOfAccount(NpgsqlDataReader row) => new(
        row.GetGuid(6),
        new Merchant
        {
            Id = row.GetGuid(0),
            IsTest = row.GetBoolean(1),
            WalletId = row.GetInt64(2),
            RefuseUnlinkedMeters = row.GetBoolean(3),
            CeilingInput = row.IsDBNull(4) ? null : new Money(row.GetInt64(4)),
            CeilingOutput = row.IsDBNull(5) ? null : new Money(row.GetInt64(5)),
            LowBalance = new Money(row.GetInt64(7)),
            SupportContact = row.Text(8),
        });

    private async Task<Merchant> InsertAsync(
        NpgsqlConnection connection, string name, bool isTest, Guid? account, CancellationToken cancellationToken)
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
            values (@id, @account, @name, @test, @wallet, @at)
            """,
            connection)
            .Add("id", id).Add("account", account ?? id).Add("name", name).Add("test", isTest).Add("wallet", walletId)
            .AddTime("at", time.GetUtcNow());
        await merchant.ExecuteNonQueryAsync(cancellationToken);
        await DefaultPlan.InsertAsync(connection, id, time, cancellationToken);
        return new Merchant { Id = id, IsTest = isTest, WalletId = walletId };
    }
}
