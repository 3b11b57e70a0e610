using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class ProviderEventStoreTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
    private NpgsqlDataSource _source = null!;
    private ProviderEventStore _store = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _store = new ProviderEventStore(_source);
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Add_TheSameEvent_IsKeptOnceAlsoAfterItWasHandled()
    {
        Assert.True(await AddAsync("evt_1"));
        Assert.False(await AddAsync("evt_1"));
        Assert.Single(await TakeAsync());
        await _store.EndAsync(PaymentProviderKind.Stripe, "evt_1", null, CancellationToken.None);

        Assert.False(await AddAsync("evt_1"));
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task RemoveHandled_OldOnes_LeavesWhatWaitsAndWhatIsNew()
    {
        foreach (var id in new[] { "evt_old", "evt_new", "evt_waiting", "evt_given_up" })
        {
            await AddAsync(id);
        }

        await _store.EndAsync(PaymentProviderKind.Stripe, "evt_old", null, CancellationToken.None);
        await _store.EndAsync(PaymentProviderKind.Stripe, "evt_new", null, CancellationToken.None);
        await _store.EndAsync(PaymentProviderKind.Stripe, "evt_given_up", StripeEvents.GivenUp, CancellationToken.None);
        await ExecuteAsync("update provider_events set handled_at = handled_at - interval '31 days' where event_id = 'evt_old'");
        await ExecuteAsync("update provider_events set created_at = created_at - interval '31 days'");

        await _store.RemoveHandledAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(30), CancellationToken.None);

        Assert.True(await AddAsync("evt_old"));
        Assert.False(await AddAsync("evt_new"));
        Assert.False(await AddAsync("evt_waiting"));
        Assert.Equal((0L, 1L), await _store.CountOpenAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Add_ManyAtOnce_OneOfThemIsTheFirst()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => AddAsync("evt_1"))));
        Assert.Single(added, isFirst => isFirst);
    }

    [Fact]
    public async Task Take_SeveralWait_GivesTheOldestFirstAndNobodyElseThem()
    {
        await AddAsync("evt_late", At.AddSeconds(2));
        await AddAsync("evt_early", At);
        await AddAsync("evt_middle", At.AddSeconds(1));
        await ExecuteAsync("update provider_events set next_attempt_at = '2026-01-01'");

        var first = await TakeAsync(2);
        Assert.Equal(["evt_early", "evt_middle"], first.Select(happened => happened.Id));
        Assert.Equal(
            new ProviderEvent(PaymentProviderKind.Stripe, "evt_early", "refund.created", "re_1", At, 1), first[0]);
        Assert.Equal(["evt_late"], (await TakeAsync()).Select(happened => happened.Id));
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Take_WhoeverTookItDied_GivesItAgainAfterTheLease()
    {
        await AddAsync("evt_1");
        Assert.Single(await TakeAsync());
        Assert.InRange(await WaitAsync("evt_1"), ProviderEventStore.Lease - TimeSpan.FromSeconds(30), ProviderEventStore.Lease);

        await ExecuteAsync("update provider_events set next_attempt_at = now()");
        Assert.Equal(2, Assert.Single(await TakeAsync()).Attempts);
    }

    [Fact]
    public async Task Take_TwoAtOnce_ShareThem()
    {
        for (var i = 0; i < 40; i++)
        {
            await AddAsync($"evt_{i}");
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TakeAsync(10))));
        var all = taken.SelectMany(events => events).Select(happened => happened.Id).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public async Task Postpone_UntilItsTime_IsNotGivenAndEndIsFinal()
    {
        await AddAsync("evt_1");
        await TakeAsync();
        await _store.PostponeAsync(PaymentProviderKind.Stripe, "evt_1", TimeSpan.FromMinutes(30), "time\0out", CancellationToken.None);
        Assert.Empty(await TakeAsync());
        Assert.InRange(await WaitAsync("evt_1"), TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
        Assert.Equal("time\uFFFDout", await ScalarAsync("select error from provider_events"));

        await _store.EndAsync(PaymentProviderKind.Stripe, "evt_1", "given_up", CancellationToken.None);
        await _store.PostponeAsync(PaymentProviderKind.Stripe, "evt_1", TimeSpan.Zero, "late", CancellationToken.None);

        Assert.Empty(await TakeAsync());
        Assert.Equal("given_up", await ScalarAsync("select error from provider_events where handled_at is not null"));
    }

    [Fact]
    public async Task FindNewest_IsByTheProvidersClock()
    {
        Assert.Null(await _store.FindNewestAsync(PaymentProviderKind.Stripe, CancellationToken.None));
        await AddAsync("evt_1", At.AddDays(1));
        await AddAsync("evt_2", At);
        Assert.Equal(At.AddDays(1), await _store.FindNewestAsync(PaymentProviderKind.Stripe, CancellationToken.None));
        Assert.Null(await _store.FindNewestAsync(PaymentProviderKind.Sandbox, CancellationToken.None));
    }

    private Task<bool> AddAsync(string id, DateTimeOffset? at = null) => _store.AddAsync(
        new ProviderEvent(PaymentProviderKind.Stripe, id, "refund.created", "re_1", at ?? At), CancellationToken.None);

    private Task<List<ProviderEvent>> TakeAsync(int limit = 50) => _store.TakeAsync(limit, CancellationToken.None);

    private async Task<TimeSpan> WaitAsync(string id) =>
        (TimeSpan)(await ScalarAsync($"select next_attempt_at - now() from provider_events where event_id = '{id}'"))!;

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
