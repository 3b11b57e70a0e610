using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Npgsql;

namespace Lava.Testing.Postgres;

/// <summary>Accounts in a test's database, and what its ledger says.</summary>
public sealed class Books(NpgsqlDataSource source)
{
    public static readonly DateOnly Cycle = new(2026, 11, 1);

    public Guid MerchantId { get; private set; }

    public long MerchantWallet { get; private set; }

    public long RevenueWallet { get; private set; }

    public long CostWallet { get; private set; }

    public static async Task<Books> OpenAsync(NpgsqlDataSource source)
    {
        var books = new Books(source);
        await books.AddMerchantAsync();
        return books;
    }

    /// <summary>A record of a billed call; tests change what matters to them.</summary>
    public UsageRecord Record(Guid customerId, long walletId, long debit) => new()
    {
        Id = Ids.New(TimeProvider.System),
        RequestId = Ids.Format(IdPrefix.Request, test: true, Ids.New(TimeProvider.System)),
        MerchantId = MerchantId,
        CustomerId = customerId,
        WalletId = walletId,
        Status = RequestStatus.Completed,
        Billed = true,
        Provider = "openai",
        Model = "gpt-4o-mini",
        Endpoint = "POST https://api.openai.com/v1/chat/completions",
        HttpStatus = 200,
        Charge = new Money(debit),
        Debit = new Money(debit),
        Held = new Money(debit),
        Units = 100,
        CycleStart = Cycle,
        CreatedAtMicros = 1_800_000_000_000_000,
        CompletedAtMicros = 1_800_000_001_000_000,
        Usage = new Usage { InputTokens = 80, OutputTokens = 20, Certainty = UsageCertainty.Exact },
    };

    public async Task<(Guid Id, long WalletId)> AddCustomerAsync(string? reference = null)
    {
        var id = Ids.New(TimeProvider.System);
        var wallet = await AddWalletAsync(WalletKind.Customer, floor: 0);
        await ExecuteAsync(
            "insert into customers (customer_id, merchant_id, wallet_id, reference_id) values ($1, $2, $3, $4)",
            id, MerchantId, wallet, reference ?? (object)DBNull.Value);
        return (id, wallet);
    }

    /// <summary>Credit, booked as a grant is.</summary>
    public async Task<Guid> AddGrantAsync(Guid customerId, long walletId, long amount, DateTime? expires = null)
    {
        var id = Ids.New(TimeProvider.System);
        await ExecuteAsync(
            "insert into grants (grant_id, customer_id, wallet_id, amount, remaining, expires_at) values ($1, $2, $3, $4, $4, $5)",
            id, customerId, walletId, amount, expires ?? (object)DBNull.Value);
        var contra = await ScalarAsync<long>("select wallet_id from wallets where merchant_id = $1 and kind = 4", MerchantId);
        await ExecuteAsync(
            """
            with entries as (
              insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at)
              values ($1, $2, 0, $4, now()), ($1, $3, 0, -$4, now()) returning wallet_id, amount)
            update wallets w set posted = posted + e.amount from entries e where e.wallet_id = w.wallet_id
            """,
            id, walletId, contra, amount);
        return id;
    }

    /// <summary>What no record may break.</summary>
    public async Task<(decimal Sum, long Unbalanced)> AuditAsync() => (
        await ScalarAsync<decimal>("select coalesce(sum(amount), 0) from ledger_entries"),
        await ScalarAsync<long>("""
            select count(*) from wallets w
            where posted <> (select coalesce(sum(amount), 0) from ledger_entries e where e.wallet_id = w.wallet_id)
            """));

    public Task<long> PostedAsync(long walletId) => ScalarAsync<long>("select posted from wallets where wallet_id = $1", walletId);

    public Task<long> RemainingAsync(Guid grantId) => ScalarAsync<long>("select remaining from grants where grant_id = $1", grantId);

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private async Task AddMerchantAsync()
    {
        MerchantId = Ids.New(TimeProvider.System);
        MerchantWallet = await AddWalletAsync(WalletKind.Merchant);
        RevenueWallet = await AddWalletAsync(WalletKind.Revenue);
        CostWallet = await AddWalletAsync(WalletKind.ProviderCost);
        foreach (var kind in Enum.GetValues<WalletKind>().Where(kind => kind > WalletKind.ProviderCost))
        {
            await AddWalletAsync(kind);
        }

        await ExecuteAsync(
            "insert into merchants (merchant_id, account_id, name, is_test, wallet_id) values ($1, $1, 'm', true, $2)",
            MerchantId, MerchantWallet);
    }

    private Task<long> AddWalletAsync(WalletKind kind, long? floor = null) => ScalarAsync<long>(
        "insert into wallets (merchant_id, kind, floor) values ($1, $2, $3) returning wallet_id",
        MerchantId, (short)kind, floor ?? (object)DBNull.Value);

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
