using Lava.Billing.Plans;
using Lava.Core;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class ArchivedPricingTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);

    private NpgsqlDataSource _source = null!;
    private Guid _merchant;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        var merchants = new MerchantStore(_source, TimeProvider.System);
        _merchant = (await merchants.CreateFirstAsync("First", isTest: true, UInt256.Sha256("k"u8), "aks_test_..."))!.Id;
        await merchants.CompleteAsync();
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task List_Meters_ThoseInUseOrThoseThatWereArchived()
    {
        var store = new MeterStore(_source);
        var kept = await AddMeterAsync(store, "kept");
        var archived = await AddMeterAsync(store, "archived");
        await store.DeleteAsync(_merchant, archived, Now, default);

        Assert.Equal([kept], (await store.ListAsync(_merchant, null, 9, default)).Select(record => record.Meter.Id));
        Assert.Equal([archived], (await store.ListAsync(_merchant, null, 9, default, archived: true)).Select(record => record.Meter.Id));
        Assert.Empty(await store.ListAsync(Ids.New(TimeProvider.System), null, 9, default, archived: true));
        Assert.Null(await store.FindAsync(_merchant, archived, null, default));
        Assert.Equal(Now, (await store.FindArchivedAsync(_merchant, archived, default))!.ArchivedAt);
        Assert.Null(await store.FindArchivedAsync(_merchant, kept, default));
        Assert.Null(await store.FindArchivedAsync(Ids.New(TimeProvider.System), archived, default));
    }

    [Fact]
    public async Task Use_OfAMeter_IsTheMerchantsPlansThatNameIt()
    {
        var meters = new MeterStore(_source);
        var plans = new PlanStore(_source);
        var free = Assert.Single(await plans.ListAsync(_merchant, null, 9, default));
        var meter = await AddMeterAsync(meters, "chat");
        await plans.UpdateAsync(free with { Meters = [new LinkedMeter(meter, "chat")] }, default);
        await meters.DeleteAsync(_merchant, meter, Now, default);

        var store = new ArchivedUseStore(_source);

        Assert.Equal([(free.Id, free.Terms.Name)], await store.PlansAsync(_merchant, meter, 9, default));
        Assert.Empty(await store.PlansAsync(Ids.New(TimeProvider.System), meter, 9, default));
        Assert.Empty(await store.PlansAsync(_merchant, Ids.New(TimeProvider.System), 9, default));
        await plans.UpdateAsync((await plans.FindAsync(_merchant, free.Id, default))!, default);
        Assert.Empty(await store.PlansAsync(_merchant, meter, 9, default));
    }

    [Fact]
    public async Task Use_OfAPlan_CountsItsSubscriptionsAndOpenCheckouts()
    {
        var free = Assert.Single(await new PlanStore(_source).ListAsync(_merchant, null, 9, default));
        await RunAsync(
            $"""
            insert into wallets (merchant_id, kind) values ('{_merchant}', 0);
            insert into customers (customer_id, merchant_id, wallet_id, created_at)
              select gen_random_uuid(), merchant_id, wallet_id, now() from wallets where kind = 0 and merchant_id = '{_merchant}' limit 1;
            insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, started_at, cancelled_at)
              select gen_random_uuid(), merchant_id, customer_id, '{free.Id}', now(), at
              from customers, (values ('2026-11-20Z'::timestamptz), ('2026-11-21Z'), (null)) t (at) where merchant_id = '{_merchant}';
            insert into checkout_sessions (
                checkout_session_id, merchant_id, mode, origin_url, plan_id, created_at, expires_at, completed_at)
              select gen_random_uuid(), '{_merchant}', 0, 'https://shop.example', '{free.Id}', now(), e, c
              from (values (now() + interval '1 hour', null), (now() - interval '1 hour', null), (now() + interval '1 hour', now()))
                t (e, c);
            """);

        var use = await new ArchivedUseStore(_source).OfPlanAsync(_merchant, free.Id, default);

        Assert.Equal(new ArchivedUse(1, 2, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), 1), use);
        var nothing = await new ArchivedUseStore(_source).OfPlanAsync(_merchant, Ids.New(TimeProvider.System), default);
        Assert.Equal(new ArchivedUse(0, 0, null, 0), nothing);
    }

    [Fact]
    public async Task List_Plans_ThoseInUseOrThoseThatWereArchived()
    {
        var store = new PlanStore(_source);
        var free = Assert.Single(await store.ListAsync(_merchant, null, 9, default));
        Assert.Empty(await store.ListAsync(_merchant, null, 9, default, archived: true));
        await store.DeleteAsync(_merchant, free.Id, Now, default);
        Assert.Empty(await store.ListAsync(_merchant, null, 9, default));
        Assert.Equal([free.Id], (await store.ListAsync(_merchant, null, 9, default, archived: true)).Select(plan => plan.Id));
        Assert.Equal(Now, (await store.FindArchivedAsync(_merchant, free.Id, default))!.ArchivedAt);
        Assert.Null(await store.FindArchivedAsync(Ids.New(TimeProvider.System), free.Id, default));
    }

    [Fact]
    public async Task Count_Totals_SumsThisMerchantsMetersSinceThen()
    {
        var (first, second) = (Ids.New(TimeProvider.System), Ids.New(TimeProvider.System));
        await AddTotalAsync(_merchant, first, Now, 3);
        await AddTotalAsync(_merchant, first, Now.AddHours(1), 4);
        await AddTotalAsync(_merchant, first, Now.AddMinutes(-15), 100);
        await AddTotalAsync(_merchant, second, Now, 5);
        await AddTotalAsync(_merchant, Guid.Empty, Now, 7);
        await AddTotalAsync(Ids.New(TimeProvider.System), first, Now, 11);

        var counts = await new MeterCallStore(_source).CountAsync(_merchant, Now, default);

        Assert.Equal(new Dictionary<Guid, long> { [first] = 7, [second] = 5 }, counts);
    }

    private async Task<Guid> AddMeterAsync(MeterStore store, string slug)
    {
        var meter = new Meter
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = _merchant,
            Slug = slug,
            RateType = RateType.Fixed,
            TierType = TierType.Requests,
            BaseCostPayer = BaseCostPayer.Merchant,
            Tiers = [new MeterTier(0, Money.Parse("0.02"))],
        };
        return (await store.CreateAsync(new MeterRecord(meter, slug, Now), default)).Meter.Id;
    }

    private async Task RunAsync(string text)
    {
        await using var command = _source.CreateCommand(text);
        await command.ExecuteNonQueryAsync();
    }

    private async Task AddTotalAsync(Guid merchant, Guid meter, DateTimeOffset quarter, long requests)
    {
        await using var command = _source.CreateCommand(
            "insert into usage_totals values (@merchant, @quarter, @meter, 'openai', 'm', @requests, 0, 0, 0, 0, 0, 0)");
        command.Parameters.AddWithValue("merchant", merchant);
        command.Parameters.AddWithValue("quarter", quarter);
        command.Parameters.AddWithValue("meter", meter);
        command.Parameters.AddWithValue("requests", requests);
        await command.ExecuteNonQueryAsync();
    }
}
