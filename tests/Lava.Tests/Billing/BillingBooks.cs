using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Billing;

/// <summary>
/// What tests of money over PostgreSQL have in common: a merchant with a test clock and a webhook in a database of its own, a node's
/// position, live wallets, and what a restart would find.
/// </summary>
internal sealed class BillingBooks : IAsyncDisposable, ISnapshotSink
{
    public static readonly DateTimeOffset Start = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private const int Node = 1;
    private readonly Dictionary<long, (Money Posted, Money Floor)> _loaded = [];

    private BillingBooks(NpgsqlDataSource source) => Source = source;

    public NpgsqlDataSource Source { get; }

    public Books Books { get; private set; } = null!;

    /// <summary>The journal's; a test that flushes calls moves it.</summary>
    public JournalPosition Position { get; set; }

    public WalletStore Wallets { get; private set; } = new(1000);

    public static async Task<BillingBooks> OpenAsync(string connectionString)
    {
        // Pooled, unlike the fixture's: each step of each store opens a connection, and all are closed with the books.
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true, MaxPoolSize = 40 };
        var source = NpgsqlDataSource.Create(pooled);
        var books = new BillingBooks(source) { Books = await Books.OpenAsync(source) };
        await books.Books.ExecuteAsync("insert into test_clocks (merchant_id, at) values ($1, $2)", books.Books.MerchantId, Start);
        await books.Books.ExecuteAsync(
            """
            insert into webhooks (webhook_id, merchant_id, name, url, key_id, sealed, created_at)
            values ($1, $2, 'w', 'https://example.com', 1, '', now())
            """,
            Ids.New(TimeProvider.System), books.Books.MerchantId);
        await books.TakePositionAsync();
        return books;
    }

    /// <summary>What a new process of the node has: a position and live wallets of its own.</summary>
    public async Task RestartAsync()
    {
        Wallets.Dispose();
        Wallets = new WalletStore(1000);
        await TakePositionAsync();
        await LoadAsync();
        foreach (var (wallet, (posted, floor)) in _loaded)
        {
            Wallets.Open(wallet, posted, floor);
        }
    }

    public Task SetClockAsync(DateTimeOffset at) => Books.ExecuteAsync("update test_clocks set at = $1", at);

    /// <summary>What a node that starts now would serve.</summary>
    public async Task<AccountSnapshot> LoadAsync() => (await new SnapshotLoader(Source).LoadAsync(
        Node, PriceBook.Empty, Books.Cycle, this, CancellationToken.None)).Accounts;

    public WalletBalance Live(long wallet) =>
        Wallets.TryRead(wallet, out var balance) ? balance : throw new InvalidOperationException($"wallet {wallet} is not open");

    public async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ReadAllAsync(read, CancellationToken.None);
    }

    /// <summary>The books agree with themselves, and the live wallets of these customers are what a restart would find.</summary>
    public async Task AssertBooksAsync(IEnumerable<long> wallets)
    {
        await using var connection = await Source.OpenConnectionAsync();
        foreach (var check in new[]
        {
            PaymentChecks.Credit, PaymentChecks.Attempts, PaymentChecks.Refunds, PaymentChecks.TakenBack,
            CreditChecks.TakenBack, CreditChecks.Remaining, CreditChecks.Grants, LedgerChecks.Wallets,
        })
        {
            var result = Assert.Single(await check.RunAsync(connection, CancellationToken.None));
            Assert.True(result.Differences == 0, $"{check.Name}: {string.Join("; ", result.First)}");
        }

        await LoadAsync();
        foreach (var wallet in wallets)
        {
            var live = Live(wallet);
            Assert.Equal(_loaded[wallet], (live.Posted, live.Floor));
            Assert.Equal(Money.Zero, live.Reserved);
        }
    }

    public void OpenWallet(long walletId, Money posted, Money floor) => _loaded[walletId] = (posted, floor);

    public void SetMeterPosition(in MeterPosition position)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        Wallets.Dispose();
    }

    private async Task TakePositionAsync() => Position = await JournalPosition.TakeAsync(Source, Node, CancellationToken.None);
}
