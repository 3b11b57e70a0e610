using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>What the flush keeps for limits, against the same sums taken in the test.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UsageWindowTests(PostgresServer server) : IAsyncLifetime, ISnapshotSink
{
    private static readonly DateTimeOffset Friday = new(2026, 5, 15, 22, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<Guid, UsageWindows> _loaded = [];
    private readonly List<(Guid, UsageLimit[])> _opened = [];
    private NpgsqlDataSource _source = null!;
    private UsageRecordWriter _writer = null!;
    private Books _books = null!;
    private JournalPosition _position;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _writer = new UsageRecordWriter(_source);
        _books = await Books.OpenAsync(_source);
        _position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    void ISnapshotSink.OpenWallet(long walletId, Money posted, Money floor)
    {
    }

    void ISnapshotSink.SetMeterPosition(in MeterPosition position)
    {
    }

    void ISnapshotSink.OpenLimits(Guid subject, UsageLimit[] limits) => _opened.Add((subject, limits));

    void ISnapshotSink.SetUsed(UsageWindows used)
    {
        Assert.Contains(_opened, opened => opened.Item1 == used.Subject);
        _loaded.Add(used.Subject, used);
    }

    [Fact]
    public async Task Write_RecordsOfManyDaysInAnyOrder_KeepsTheNewestOfEachAndAllInTotal()
    {
        var customers = new[] { await _books.AddCustomerAsync(), await _books.AddCustomerAsync() };
        var random = new Random(4);
        List<UsageRecord> records = [];
        for (var i = 0; i < 400; i++)
        {
            // Three months; within a batch days come in any order, as calls end.
            var (customer, wallet) = customers[i % 2];
            records.Add(Record(customer, wallet, Friday.AddDays((i / 5) + random.Next(-2, 3)), random.Next(0, 50), random.Next(0, 9)));
        }

        foreach (var batch in records.Chunk(70))
        {
            await WriteAsync(batch);
        }

        foreach (var (customer, _) in customers)
        {
            AssertSame(Expected(customer, records.Where(record => record.CustomerId == customer)), await FindAsync(customer));
        }
    }

    [Fact]
    public async Task Write_SpendKeyAndCallNobodyIsBilledFor_CountsTheKeysDebitAndNoSpendOfTheCustomer()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var key = Guid.Parse("00000000-0000-0000-0000-00000000000e");
        var record = Record(customer, _books.MerchantWallet, Friday, 10, 7);
        (record.Billed, record.SpendKeyId, record.Charge) = (false, key, new Money(100));

        await WriteAsync(record, Record(customer, wallet, Friday, 10, 5));

        Assert.Equal(new UsageWindow(DateOnly.MinValue, 2, 20, 5), (await FindAsync(customer)).ByCycle[(int)LimitCycle.Total]);
        Assert.All((await FindAsync(key)).ByCycle, window => Assert.Equal((1, 10, 7), (window.Requests, window.Tokens, window.Spend)));
        var last = await _books.ScalarAsync<DateTime>("select last_at from usage_windows where subject_id = $1", key);
        Assert.Equal(Friday.UtcDateTime, last);
    }

    [Fact]
    public async Task Write_SameRecordsAgain_CountsThemOnce()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = Record(customer, wallet, Friday, 10, 1);

        await WriteAsync(record);
        await WriteAsync(record, Record(customer, wallet, Friday, 1, 1));

        Assert.Equal(11, (await FindAsync(customer)).ByCycle[(int)LimitCycle.Daily].Tokens);
    }

    [Fact]
    public async Task Migration_StoreWithRequests_FillsAsTheFlushWouldHave()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        for (var i = 0; i < 40; i++)
        {
            var record = Record(customer, wallet, Friday.AddDays(i), i, 2 * i);
            record.Billed = i % 3 != 0;
            record.WalletId = record.Billed ? wallet : _books.MerchantWallet;
            await WriteAsync(record);
        }

        var kept = await TextAsync();
        var migration = Migration.Embedded()[8].Sql;
        var fill = migration[migration.IndexOf("insert into usage_windows", StringComparison.Ordinal)..];
        await _books.ExecuteAsync("delete from usage_windows");
        await _books.ExecuteAsync(fill[..(fill.IndexOf(';') + 1)]);

        Assert.Equal(kept, await TextAsync());
    }

    [Fact]
    public async Task Load_LimitsOfCustomerPlanAndKey_ComeWithWhatTheyUsed()
    {
        var (own, ownWallet) = await _books.AddCustomerAsync();
        var (subscribed, wallet) = await _books.AddCustomerAsync();
        var (free, freeWallet) = await _books.AddCustomerAsync();
        await _books.ExecuteAsync("update customers set limits = '[[0, 0, 100], [2, 4, 5]]' where customer_id = $1", own);
        await _books.ExecuteAsync("update customers set limits = '[[0, 0, 100]]' where customer_id = $1", subscribed);
        await SubscribeAsync(subscribed, "[[0, 0, 70], [1, 2, 9]]");
        await WriteAsync(
            Record(own, ownWallet, Friday, 1, 1), Record(subscribed, wallet, Friday, 2, 1), Record(free, freeWallet, Friday, 3, 1));

        var state = await new SnapshotLoader(_source).LoadAsync(1, PriceBook.Empty, Books.Cycle, this, CancellationToken.None);

        Assert.Equal(new[] { own, subscribed }.Order(), _loaded.Keys.Order());
        Assert.Equal((1, 2), (_loaded[own].ByCycle[0].Tokens, _loaded[subscribed].ByCycle[0].Tokens));
        Assert.True(state.Accounts.Customers.TryGetValue(subscribed, out var found));
        Assert.Equal(
            [new(LimitUnit.Tokens, LimitCycle.Daily, 70, LimitScope.Plan), new(LimitUnit.Requests, LimitCycle.Monthly, 9, LimitScope.Plan)],
            found.Limits);
        var listed = Assert.Single(await new LimitStore(_source).ListOfPlanAsync(found.PlanId!.Value, CancellationToken.None));
        Assert.Equal((subscribed, 2L), (listed.CustomerId, listed.Used!.ByCycle[0].Tokens));
        Assert.Equal(found.Limits, listed.Limits);
    }

    [Fact]
    public async Task TellReached_ManyTimesAtOnce_IsOneEventForEachWindow()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        await _books.ExecuteAsync(
            """
            insert into webhooks (webhook_id, merchant_id, name, url, key_id, sealed, created_at)
            values ('00000000-0000-0000-0000-0000000000f1', $1, 'w', 'https://example.com/', 0, '', now())
            """,
            _books.MerchantId);
        var store = new LimitStore(_source);
        var limit = new UsageLimit(LimitUnit.Spend, LimitCycle.Daily, 5 * Money.UnitsPerDollar, LimitScope.Plan);
        var day = LimitPeriod.MidnightOf(new DateOnly(2026, 5, 15));

        var told = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            store.TellReachedAsync(customer, wallet, limit, day, CancellationToken.None)));
        Assert.True(await store.TellReachedAsync(customer, wallet, limit, day.AddDays(1), CancellationToken.None));

        Assert.Single(told, first => first);
        Assert.Equal(2L, await _books.ScalarAsync<long>("select count(*) from webhook_events where kind = 9 and wallet_id = $1", wallet));
        Assert.Equal(
            "plan.spend.daily 5.0000000000",
            await _books.ScalarAsync<string>("select concat(facts->>'limit', ' ', facts->>'amount') from webhook_events limit 1"));
    }

    [Fact]
    public async Task TellReached_SpendKey_IsToldOfTheMerchantAlone()
    {
        await _books.ExecuteAsync(
            """
            insert into webhooks (webhook_id, merchant_id, name, url, key_id, sealed, created_at)
            values ('00000000-0000-0000-0000-0000000000f2', $1, 'w', 'https://example.com/', 0, '', now())
            """,
            _books.MerchantId);
        var key = Guid.Parse("00000000-0000-0000-0000-0000000000e1");
        var limit = new UsageLimit(LimitUnit.Requests, LimitCycle.Daily, 5, LimitScope.SpendKey);
        var told = await new LimitStore(_source).TellReachedAsync(
            key, _books.MerchantWallet, limit, LimitPeriod.MidnightOf(new DateOnly(2026, 5, 15)), CancellationToken.None);
        var rendered = new List<(WebhookEvent, EventSubject?)>();
        await new WebhookEventStore(
            _source,
            (one, subject) =>
            {
                rendered.Add((one, subject));
                return [1];
            },
            TimeProvider.System).RenderAsync(CancellationToken.None);

        Assert.True(told);
        var (found, nobody) = Assert.Single(rendered);
        Assert.Null(nobody);
        var id = Ids.Format(IdPrefix.SpendKey, await IsTestAsync(), key);
        Assert.Contains($"\"spend_key_id\": \"{id}\"", found.Facts, StringComparison.Ordinal);
        const string Deliveries = "select count(*) from webhook_deliveries where wallet_id = $1";
        Assert.Equal(1L, await _books.ScalarAsync<long>(Deliveries, _books.MerchantWallet));
    }

    [Fact]
    public async Task ForgetReached_TimesThatEndedADayAgo_AloneAreForgotten()
    {
        var (subscribed, _) = await _books.AddCustomerAsync();
        await SubscribeAsync(subscribed, "[]");
        await _books.ExecuteAsync(
            """
            update subscriptions set anchor_at = '2026-01-17T08:00Z', cycle_index = 0, cycle_start_at = '2026-01-17T08:00Z',
              cycle_end_at = '2027-01-17T08:00Z' where customer_id = $1
            """,
            subscribed);
        var other = Guid.Parse("00000000-0000-0000-0000-0000000000e2");
        var kept = new[]
        {
            (other, LimitCycle.Daily, "2026-05-14"), (other, LimitCycle.Weekly, "2026-05-11"), (other, LimitCycle.Monthly, "2026-05-01"),
            (other, LimitCycle.Cycle, "2026-05-01"), (other, LimitCycle.Total, "0001-01-01"), (subscribed, LimitCycle.Cycle, "2026-01-17"),
        };
        var gone = new[]
        {
            (other, LimitCycle.Daily, "2026-05-13"), (other, LimitCycle.Weekly, "2026-05-04"), (other, LimitCycle.Monthly, "2026-04-01"),
            (other, LimitCycle.Cycle, "2026-04-01"), (subscribed, LimitCycle.Cycle, "2025-01-17"),
        };
        foreach (var (subject, cycle, start) in kept.Concat(gone))
        {
            await _books.ExecuteAsync(
                "insert into limit_notices values ($1, 0, $2, ($3 || 'T00:00Z')::timestamptz)", subject, (short)cycle, start);
        }

        // The fourteenth ended at midnight, a day and a moment ago would be the thirteenth.
        var removed = await new LimitStore(_source).ForgetReachedAsync(
            new DateTimeOffset(2026, 5, 15, 23, 0, 0, TimeSpan.Zero), CancellationToken.None);

        Assert.Equal((gone.Length, (long)kept.Length), (removed, await _books.ScalarAsync<long>("select count(*) from limit_notices")));
    }

    [Fact]
    public async Task Write_CycleGoesBack_BeginsAnewAndIgnoresWhatBeganBefore()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var (month, own) = (new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 17));
        var ended = Friday.AddDays(10);
        await WriteAsync(In(own, ended.AddHours(-2), 7), In(own, ended.AddHours(-1), 9));
        Assert.Equal(new UsageWindow(own, 2, 16, 2), await CycleAsync());

        // The subscription has ended. Of the cycle that is over one call ends late, in the same batch and in one of its own.
        await WriteAsync(In(month, ended, 3), In(own, ended.AddMinutes(-5), 50), In(month, ended.AddHours(1), 4));
        await WriteAsync(In(own, ended.AddMinutes(-4), 60));
        Assert.Equal(new UsageWindow(month, 2, 7, 2), await CycleAsync());
        await AssertProvenAsync();

        // The next one.
        await WriteAsync(In(month.AddMonths(1), ended.AddDays(9), 5));
        Assert.Equal(new UsageWindow(month.AddMonths(1), 1, 5, 1), await CycleAsync());
        await AssertProvenAsync();
        UsageRecord In(DateOnly cycle, DateTimeOffset at, long tokens)
        {
            var record = Record(customer, wallet, at, tokens, 1);
            record.CycleStart = cycle;
            return record;
        }

        async Task<UsageWindow> CycleAsync() => (await FindAsync(customer)).ByCycle[(int)LimitCycle.Cycle];
    }

    [Fact]
    public async Task Write_AskedForAJob_IsNoRequestOfItsOwn()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        foreach (var state in Enum.GetValues<JobState>())
        {
            var record = Record(customer, wallet, Friday, 10, 1);
            record.Job = state;
            await WriteAsync(record);
        }

        Assert.Equal(new UsageWindow(DateOnly.MinValue, 2, 50, 5), (await FindAsync(customer)).ByCycle[(int)LimitCycle.Total]);
        await AssertProvenAsync();
    }

    private async Task AssertProvenAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        Assert.Equal(0, Assert.Single(await UsageChecks.Windows.RunAsync(connection, CancellationToken.None)).Differences);
    }

    private Task<bool> IsTestAsync() =>
        _books.ScalarAsync<bool>("select is_test from merchants where merchant_id = $1", _books.MerchantId);

    private async Task SubscribeAsync(Guid customer, string limits)
    {
        var plan = Ids.New(TimeProvider.System);
        await _books.ExecuteAsync(
            $"""
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              limits, created_at)
            values ($1, $2, 'p', 0, 0, 0, 0, 0, '{limits}', now())
            """,
            plan, _books.MerchantId);
        await _books.ExecuteAsync(
            """
            insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, started_at) values ($1, $2, $3, $4, now())
            """,
            Ids.New(TimeProvider.System), _books.MerchantId, customer, plan);
    }

    private UsageRecord Record(Guid customer, long wallet, DateTimeOffset at, long tokens, long debit)
    {
        var record = _books.Record(customer, wallet, debit);
        record.Usage = new Usage { InputTokens = tokens / 3, OutputTokens = tokens - (tokens / 3), Certainty = UsageCertainty.Exact };
        record.CreatedAtMicros = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record.CycleStart = new DateOnly(at.Year, at.Month, at.Day < 17 ? 1 : 17);
        return record;
    }

    private static UsageWindow[] Expected(Guid customer, IEnumerable<UsageRecord> records) =>
        [.. Enum.GetValues<LimitCycle>().Select(cycle =>
        {
            var newest = records.GroupBy(record =>
                LimitPeriod.StartOf(cycle, LimitPeriod.DayOf(record.CreatedAtMicros), record.CycleStart)).MaxBy(group => group.Key)!;
            return new UsageWindow(
                newest.Key, newest.Count(), newest.Sum(record => record.Usage.InputTokens + record.Usage.OutputTokens),
                newest.Sum(record => record.Charge.Units));
        })];

    private static void AssertSame(UsageWindow[] expected, UsageWindows found) => Assert.Equal(expected, found.ByCycle);

    private async Task<UsageWindows> FindAsync(Guid subject) =>
        (await new LimitStore(_source).FindUsedAsync(subject, CancellationToken.None))!;

    private Task<string> TextAsync() =>
        _books.ScalarAsync<string>("select string_agg(w::text, ' ' order by subject_id) from usage_windows w");

    private async Task WriteAsync(params UsageRecord[] records) =>
        _position = await _writer.WriteAsync(records, _position, _position.Sequence + records.Length, CancellationToken.None);
}
