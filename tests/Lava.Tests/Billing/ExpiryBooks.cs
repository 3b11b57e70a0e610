using Lava.Billing.Credits;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Billing;

/// <summary>One customer in a database of its own, the live wallet, and charges that are flushed when a test says so.</summary>
internal sealed class ExpiryBooks : IAsyncDisposable, ISnapshotSink
{
    public const int Node = 1;
    public static readonly DateTimeOffset Expired = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Later = Expired.AddYears(1);
    private readonly NpgsqlDataSource _source;
    private readonly UsageRecordWriter _writer;
    private readonly List<UsageRecord> _unflushed = [];
    private readonly Dictionary<long, Money> _rebuilt = [];
    private JournalPosition _position;

    private ExpiryBooks(NpgsqlDataSource source)
    {
        _source = source;
        _writer = new UsageRecordWriter(source);
    }

    public SetTime Time { get; } = new(Expired);

    public WalletStore Wallets { get; } = new(1000);

    public Books Books { get; private set; } = null!;

    public ExpiryStore Store { get; private set; } = null!;

    public CreditExpiry Expiry { get; private set; } = null!;

    public AdjustmentStore AdjustmentStore { get; private set; } = null!;

    public CreditAdjustments Adjustments { get; private set; } = null!;

    public CreditGrants Grants { get; private set; } = null!;

    public Guid Customer { get; private set; }

    public long Wallet { get; private set; }

    public WalletBalance Live => Wallets.TryRead(Wallet, out var balance) ? balance : throw new InvalidOperationException();

    public static async Task<ExpiryBooks> OpenAsync(string connectionString)
    {
        // Pooled, unlike the fixture's: each step of each store opens a connection, and all are closed with the books.
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true };
        var books = new ExpiryBooks(NpgsqlDataSource.Create(pooled));
        books.Books = await Books.OpenAsync(books._source);
        await books.RestartAsync();
        await books.AddCustomerAsync();
        return books;
    }

    /// <summary>What a new process of the node has: new stores on the same database. The live wallets stay, nothing is unflushed.</summary>
    public async Task RestartAsync()
    {
        Assert.Empty(_unflushed);
        _position = await TakeAsync();
        Store = new ExpiryStore(_source, _position, Time);
        Expiry = new CreditExpiry(Store, Wallets, Time);
        AdjustmentStore = new AdjustmentStore(_source, _position, Time);
        Adjustments = new CreditAdjustments(AdjustmentStore, Wallets);
        Grants = new CreditGrants(new GrantStore(_source, Time), Wallets);
    }

    public Task<JournalPosition> TakeAsync() => JournalPosition.TakeAsync(_source, Node, CancellationToken.None);

    /// <summary>The customer that the test works with from here on.</summary>
    public async Task AddCustomerAsync()
    {
        (Customer, Wallet) = await Books.AddCustomerAsync();
        Wallets.Open(Wallet, Money.Zero, Money.Zero);
    }

    public async Task<Guid> GrantAsync(long amount, DateTimeOffset? expires)
    {
        var id = await Books.AddGrantAsync(Customer, Wallet, amount, expires?.UtcDateTime);
        Wallets.Credit(Wallet, new Money(amount), out _);
        return id;
    }

    /// <summary>Credit of any origin, given as the server does. Its fingerprint is its amount's.</summary>
    public NewGrant Credit(
        CreditOrigin origin, long amount, string? reference = null, string? key = null, DateTimeOffset? expires = null) => new()
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = Books.MerchantId,
            CustomerId = Customer,
            WalletId = Wallet,
            Origin = origin,
            Amount = new Money(amount),
            ExpiresAt = expires,
            ExternalReference = reference,
            IdempotencyKey = key,
            Fingerprint = Print(amount),
        };

    public Task<GrantResult> GiveAsync(NewGrant grant) => Grants.GiveAsync(grant, CancellationToken.None);

    public NewAdjustment Adjustment(
        AdjustmentKind kind, long amount, Guid? grant = null, string? key = null, bool remainingOnly = false) => new()
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = Books.MerchantId,
            CustomerId = Customer,
            WalletId = Wallet,
            Kind = kind,
            Amount = new Money(amount),
            Reason = "because",
            GrantId = grant,
            RemainingOnly = remainingOnly,
            IdempotencyKey = key,
            Fingerprint = Print(amount),
        };

    public Task<AdjustmentResult> AdjustAsync(NewAdjustment adjustment) => Adjustments.AdjustAsync(adjustment, CancellationToken.None);

    public Task<AdjustmentResult> RefundAsync(Guid grant, long amount, bool remainingOnly = false) =>
        AdjustAsync(Adjustment(AdjustmentKind.Refund, amount, grant, remainingOnly: remainingOnly));

    public Task RunAsync() => Expiry.RunAsync(CancellationToken.None);

    public void Hold(long amount) => Assert.Equal(WalletOutcome.Done, Wallets.Reserve(Wallet, new Money(amount), out _));

    /// <summary>Ends a call as the gateway does; the database hears of it with the next flush.</summary>
    public void Settle(long held, long debit)
    {
        _unflushed.Add(Books.Record(Customer, Wallet, debit));
        Wallets.Settle(Wallet, new Money(held), new Money(debit), out _);
    }

    public async Task FlushAsync()
    {
        var to = _position.Sequence + _unflushed.Count;
        _position = await _writer.WriteAsync(_unflushed, _position, to, CancellationToken.None);
        _unflushed.Clear();
    }

    /// <summary>Until a question waits for a lock; one that does not has its answer soon.</summary>
    public void WaitUntilBlocked(Task asked)
    {
        const string sql = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
        while (!asked.IsCompleted && !Books.ScalarAsync<bool>(sql).GetAwaiter().GetResult())
        {
        }
    }

    public Task<long> ExpiredAsync() => Books.ScalarAsync<long>("select coalesce(sum(amount), 0)::bigint from grant_expiries");

    /// <summary>Everything that must agree, with nothing unflushed and no call running.</summary>
    public async Task AssertBalancedAsync(long balance)
    {
        Assert.Empty(_unflushed);
        Assert.Equal((0m, 0L), await Books.AuditAsync());
        Assert.Equal((new Money(balance), Money.Zero), (Live.Posted, Live.Reserved));
        Assert.Equal(balance, await Books.PostedAsync(Wallet));
        Assert.Equal(
            Math.Max(0, balance),
            await Books.ScalarAsync<long>("select coalesce(sum(remaining), 0)::bigint from grants where wallet_id = $1", Wallet));
        Assert.Equal(
            await ExpiredAsync(), -await Books.ScalarAsync<long>("""
                select coalesce(sum(amount), 0)::bigint from ledger_entries e join wallets w on w.wallet_id = e.wallet_id
                where e.kind = 3 and w.kind = 0
                """));
        Assert.Equal(0L, await Books.ScalarAsync<long>(
            "select count(*) from (select from ledger_entries group by transaction_id having sum(amount) <> 0) unbalanced"));
        Assert.Equal(0L, await Books.ScalarAsync<long>("""
            select count(*) from wallets w where kind = 0 and greatest(0, posted) <>
              (select coalesce(sum(remaining), 0) from grants g where g.wallet_id = w.wallet_id)
            """));
    }

    /// <summary>The balance that a restart finds: the database's, less the charges that only the journal has.</summary>
    public async Task<Money> RebuildAsync()
    {
        await new SnapshotLoader(_source).LoadAsync(Node, PriceBook.Empty, Books.Cycle, this, CancellationToken.None);
        return _unflushed.Where(record => record.WalletId == Wallet).Aggregate(_rebuilt[Wallet], (sum, record) => sum - record.Debit);
    }

    public void OpenWallet(long walletId, Money posted, Money floor) => _rebuilt[walletId] = posted;

    public void SetMeterPosition(in MeterPosition position)
    {
    }

    private static Guid Print(long amount) => new((int)amount, 0, 0, new byte[8]);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
        Wallets.Dispose();
    }
}
