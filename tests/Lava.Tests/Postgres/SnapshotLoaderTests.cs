using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class SnapshotLoaderTests(PostgresServer server) : IAsyncLifetime, ISnapshotSink
{
    private const int Node = 1;
    private readonly Dictionary<long, (Money Posted, Money Floor)> _wallets = [];
    private readonly List<MeterPosition> _positions = [];
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    void ISnapshotSink.OpenWallet(long walletId, Money posted, Money floor) => _wallets.Add(walletId, (posted, floor));

    void ISnapshotSink.SetMeterPosition(in MeterPosition position) => _positions.Add(position);

    [Fact]
    public async Task Load_EmptyDatabase_IsEmpty()
    {
        var state = await LoadAsync();

        Assert.Equal((0, 0), (state.Accounts.SecretKeys.Count, state.Accounts.Customers.Count));
        Assert.Equal((0, 0L), (state.Pricing.Meters.Count, state.AppliedSequence));
        Assert.Empty(_positions);
    }

    [Fact]
    public async Task Load_Accounts_FindsWhatIsNotDeleted()
    {
        var (customer, wallet) = await _books.AddCustomerAsync("ü-1");
        var (deleted, _) = await _books.AddCustomerAsync("gone");
        await _books.ExecuteAsync("update customers set deleted_at = now() where customer_id = $1", deleted);
        var digest = UInt256.Sha256("key"u8);
        await AddKeyAsync(digest, isDeleted: false);
        await AddKeyAsync(UInt256.Sha256("old"u8), isDeleted: true);

        var accounts = (await LoadAsync()).Accounts;

        Assert.Equal((1, 1), (accounts.SecretKeys.Count, accounts.Customers.Count));
        Assert.True(accounts.SecretKeys.TryGetValue(digest, out var key));
        Assert.Equal(new Merchant { Id = _books.MerchantId, IsTest = true, WalletId = _books.MerchantWallet }, key.Merchant);
        Assert.True(accounts.TryFindCustomer(_books.MerchantId, Encoding.UTF8.GetBytes("ü-1"), out var found));
        Assert.Equal((customer, wallet), (found.Id, found.WalletId));
    }

    [Fact]
    public async Task Load_SpendKeys_AreThoseInUseWithTheirRules()
    {
        await AddKeyAsync(UInt256.Sha256("key"u8), isDeleted: false);
        var store = new SpendKeyStore(_source);
        var (kept, gone) = (SpendKey("kept"), SpendKey("gone"));
        await store.CreateAsync(_books.MerchantId, kept, default);
        await store.CreateAsync(_books.MerchantId, gone, default);
        Assert.Equal((true, true), await store.DeleteAsync(_books.MerchantId, gone.Id, DateTimeOffset.UnixEpoch, default));

        var accounts = (await LoadAsync()).Accounts;

        Assert.Equal(1, accounts.SpendKeys.Count);
        Assert.True(accounts.SpendKeys.TryGetValue(kept.Digest, out var found));
        Assert.Equal((kept.Id, _books.MerchantId, 7), (found.Id, found.Merchant.Id, found.RatePerMinute));
        Assert.Equal(["groq"], found.AllowedProviders!);
        Assert.Equal("m"u8.ToArray(), Assert.Single(found.AllowedModels!));
        Assert.Equal([kept.SpendLimit!.Value], found.Limits);
    }

    private static SpendKeyRecord SpendKey(string text) => new()
    {
        Id = Ids.New(TimeProvider.System),
        Name = text,
        Preview = text,
        Digest = UInt256.Sha256(Encoding.UTF8.GetBytes(text)),
        AllowedModels = ["m"],
        AllowedProviders = ["groq"],
        SpendLimit = new UsageLimit(LimitUnit.Spend, LimitCycle.Total, 5, LimitScope.SpendKey),
        RatePerMinute = 7,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public async Task Load_MerchantWithSettings_HasThem()
    {
        await AddKeyAsync(UInt256.Sha256("key"u8), isDeleted: false);
        await new MerchantStore(_source, TimeProvider.System).SetSettingsAsync(
            _books.MerchantId, new MerchantSettings(true, new Money(5), new Money(6)));

        var accounts = (await LoadAsync()).Accounts;

        Assert.True(accounts.Merchants.TryGetValue(_books.MerchantId, out var merchant));
        Assert.Equal((true, new Money(5), new Money(6)), (merchant.RefuseUnlinkedMeters, merchant.CeilingInput, merchant.CeilingOutput));
    }

    [Fact]
    public async Task Load_Meter_ComesWithItsTiersInOrder()
    {
        var id = Ids.New(TimeProvider.System);
        await _books.ExecuteAsync(
            """
            insert into meters (meter_id, merchant_id, slug, name, rate_type, tier_type, token_basis, base_cost_payer)
            values ($1, $2, 'chat', 'Chat', 1, 2, 1, 1)
            """,
            id, _books.MerchantId);
        await _books.ExecuteAsync("insert into meter_tiers (meter_id, start, rate) values ($1, 1000, 5), ($1, 0, 7)", id);

        var pricing = (await LoadAsync()).Pricing;

        Assert.True(pricing.TryFindMeter(_books.MerchantId, "chat"u8, out var meter));
        Assert.Equal(
            (id, RateType.Percentage, TierType.Minutes, TokenBasis.Output, BaseCostPayer.Wallet),
            (meter.Id, meter.RateType, meter.TierType, meter.TokenBasis, meter.BaseCostPayer));
        Assert.Equal([new MeterTier(0, new Money(7)), new MeterTier(1000, new Money(5))], meter.Tiers);
    }

    [Fact]
    public async Task Load_AfterAWrite_HasBalancePositionAndSequenceOfIt()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        await _books.AddGrantAsync(customer, wallet, 100);
        var record = _books.Record(customer, wallet, 30);
        record.MeterId = Guid.Parse("00000000-0000-0000-0000-000000000003");
        var earlier = _books.Record(customer, wallet, 1);
        (earlier.MeterId, earlier.CycleStart) = (record.MeterId, Books.Cycle.AddMonths(-1));
        var position = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
        await using var writer = new UsageRecordWriter(_source);
        await writer.WriteAsync([record, earlier], position, 5, CancellationToken.None);

        var state = await LoadAsync();

        Assert.Equal(5, state.AppliedSequence);
        Assert.Equal((new Money(69), Money.Zero), _wallets[wallet]);
        Assert.Equal(WalletBalance.NoFloor, _wallets[_books.MerchantWallet].Floor);
        Assert.DoesNotContain(_books.RevenueWallet, _wallets.Keys);
        Assert.Equal([new MeterPosition(customer, record.MeterId.Value, Books.Cycle, 100)], _positions);
    }

    [Fact]
    public async Task Load_JobsBegunAndEnded_OnlyThoseWithoutAnEnd()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        UsageRecord Job(string id, JobState state, TimeSpan age = default)
        {
            var record = _books.Record(customer, wallet, 1);
            record.Id = Ids.New(new PastTime(age));
            record.RequestId = Ids.Format(IdPrefix.Request, true, record.Id);
            (record.Reported, record.Provider, record.ResponseId, record.Job) = (false, "assemblyai", id, state);
            return record;
        }

        var open = Job("open", JobState.Running);
        UsageRecord[] records =
        [
            open, Job("done", JobState.Running), Job("done", JobState.Succeeded), Job("failed", JobState.Failed),
            Job("failed", JobState.Running), Job("old", JobState.Running, TimeSpan.FromDays(31)), Job("none", JobState.None),
        ];
        var position = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
        await using var writer = new UsageRecordWriter(_source);
        await writer.WriteAsync(records, position, records.Length, CancellationToken.None);

        var job = Assert.Single((await LoadAsync()).Jobs);

        Assert.Equal((open.Id, "open", JobState.Running, customer), (job.Id, job.ResponseId, job.Job, job.CustomerId!.Value));
    }

    private Task<LoadedState> LoadAsync() =>
        new SnapshotLoader(_source).LoadAsync(Node, PriceBook.Empty, Books.Cycle, this, CancellationToken.None);

    private Task AddKeyAsync(UInt256 digest, bool isDeleted) => _books.ExecuteAsync(
        """
        insert into secret_keys (secret_key_id, merchant_id, name, hint, digest, deleted_at)
        values ($1, $2, 'k', 'aks_…abcd', $3, case when $4 then now() end)
        """,
        Ids.New(TimeProvider.System), _books.MerchantId, digest.ToArray(), isDeleted);

    private sealed class PastTime(TimeSpan age) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - age;
    }
}
