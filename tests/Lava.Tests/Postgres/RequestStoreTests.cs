using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class RequestStoreTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset November = new(2026, 11, 30, 23, 0, 0, TimeSpan.Zero);
    private NpgsqlDataSource _source = null!;
    private UsageRecordWriter _writer = null!;
    private RequestStore _store = null!;
    private Books _books = null!;
    private JournalPosition _position;
    private Guid _customer;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _writer = new UsageRecordWriter(_source);
        _store = new RequestStore(_source);
        _books = await Books.OpenAsync(_source);
        (_customer, _wallet) = await _books.AddCustomerAsync();
        _position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task Find_OursAndReported_ByTheIdThatIsShown()
    {
        var ours = await WriteAsync(November);
        var report = await WriteAsync(November, reportedAs: "run-1");
        var borrowed = Ids.Format(IdPrefix.Request, test: false, ours.Id);

        Assert.Equal(ours.Id, (await FindAsync(ours.RequestId))?.Id);
        Assert.Equal(report.Id, (await FindAsync("run-1"))?.Id);
        Assert.Null(await FindAsync(borrowed));
        Assert.Null(await FindAsync("run-2"));
        Assert.Null(await FindAsync(Ids.Format(IdPrefix.Request, test: true, report.Id)));
        Assert.Null(await _store.FindAsync(_customer, "run-1", CancellationToken.None));
        Assert.Null(await _store.FindAsync(_customer, ours.RequestId, CancellationToken.None));
    }

    [Fact]
    public async Task FindByKey_ReportToo_ForItsMerchantAlone()
    {
        var report = await WriteAsync(November, reportedAs: "a/b");

        Assert.Equal("a/b", (await _store.FindByKeyAsync(_books.MerchantId, report.Id, CancellationToken.None))?.RequestId);
        Assert.Null(await _store.FindByKeyAsync(Guid.NewGuid(), report.Id, CancellationToken.None));
        Assert.Null(await _store.FindByKeyAsync(_books.MerchantId, Guid.NewGuid(), CancellationToken.None));
    }

    [Fact]
    public async Task FindNeighbours_OfACustomer_ArePastEveryOther()
    {
        var first = await WriteAsync(November);
        await WriteAsync(November.AddHours(1), change: record => record.CustomerId = null);
        var second = await WriteAsync(November.AddHours(2));
        var last = await WriteAsync(November.AddHours(3), change: record => record.CustomerId = null);

        Assert.Equal((null, second.Id), await _store.FindNeighboursAsync(first, CancellationToken.None));
        Assert.Equal((first.Id, null), await _store.FindNeighboursAsync(second, CancellationToken.None));
        Assert.Equal((second.Id, null), await _store.FindNeighboursAsync(last, CancellationToken.None));
        second.MerchantId = Guid.NewGuid();
        Assert.Equal((null, null), await _store.FindNeighboursAsync(second, CancellationToken.None));
    }

    [Fact]
    public async Task Find_CallOfSeveralModels_ComesBackAsItWas()
    {
        var advisor = new Usage
        {
            InputTokens = 5,
            OutputTokens = 6,
            InputCharacters = 7,
            OutputCharacters = 8,
            InputMicroseconds = 9,
            OutputMicroseconds = 10,
            CachedInputTokens = 4,
            CachedAudioInputTokens = 3,
            ProviderMicrounits = 2,
            Certainty = UsageCertainty.Exact,
        };
        var written = await WriteAsync(November, change: record =>
        {
            (record.ServiceTier, record.IsRegional) = (ServiceTier.Flex, true);
            record.Usage = advisor with { InputTokens = 50, Certainty = UsageCertainty.Partial, Reason = UsageReason.Cut };
            record.ByModel = [new ModelUsage("claude-a", advisor), new ModelUsage("b\0\ud800", new Usage { Pages = 1 })];
        });

        var found = (await FindAsync(written.RequestId))!;

        Assert.Equal((ServiceTier.Flex, true, written.Usage), (found.ServiceTier, found.IsRegional, found.Usage));
        Assert.Equal([written.ByModel[0], written.ByModel[1] with { Model = "b\ufffd\ufffd" }], found.ByModel);
        Assert.Empty((await FindAsync((await WriteAsync(November)).RequestId))!.ByModel);
    }

    [Fact]
    public async Task List_OverTheEndOfMonths_IsNewestFirst()
    {
        List<Guid> ids = [];
        foreach (var hours in new[] { 0, 2, 800, 1600 })
        {
            ids.Add((await WriteAsync(November.AddHours(hours))).Id);
        }

        ids.Reverse();

        Assert.Equal(ids, await ListAsync(before: null));
        Assert.Equal(ids[2..], await ListAsync(before: ids[1]));
    }

    [Fact]
    public async Task AddMonths_Again_MakesThisMonthAndTheNextTwoOnce()
    {
        var time = new DateTimeOffset(2040, 12, 31, 23, 30, 0, TimeSpan.FromHours(-5));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _store.AddMonthsAsync(time, CancellationToken.None)));
        await _store.AddMonthsAsync(time, CancellationToken.None);

        Assert.Equal(
            "requests_2041_01,requests_2041_02,requests_2041_03",
            await _books.ScalarAsync<string>(
                """
                select string_agg(relname, ',' order by relname) from pg_class
                where relname ~ '^requests_[0-9_]+$' and relname > 'requests_2040'
                """));
    }

    [Fact]
    public async Task List_AnyFilter_IsAnsweredByAnIndex()
    {
        await FillAsync();
        var all = new RequestFilter { MerchantId = _books.MerchantId };
        (RequestFilter Filter, string Index)[] lists =
        [
            (all, "merchant_id_id"),
            (all with { CustomerId = _customer }, "customer_id_id"),
            (all with { MeterId = _customer }, "meter_id_id"),
            (all with { Status = RequestStatus.Completed }, "merchant_id_id"),
            (all with { Status = RequestStatus.Error }, "merchant_id_status_id"),
        ];
        foreach (var (filter, index) in lists)
        {
            var plan = await ExplainAsync(filter);

            Assert.True(plan.Contains($"requests_2025_11_{index}", StringComparison.Ordinal), $"{filter}\n{plan}");
            Assert.DoesNotContain("Seq Scan on requests_2025", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task List_OfAPeriod_ReadsItsMonthsAlone()
    {
        await FillAsync();
        var start = new DateTimeOffset(2025, 11, 10, 0, 0, 0, TimeSpan.Zero);

        var plan = await ExplainAsync(new RequestFilter { MerchantId = _books.MerchantId, From = start, Until = start.AddDays(1) });

        Assert.Contains("requests_2025_11", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("requests_2025_10", plan, StringComparison.Ordinal);
    }

    // 40,000 requests in two months; of the merchant's 200 every second is the customer's, every third the meter's, every fifth failed.
    private Task FillAsync() => _books.ExecuteAsync(
        """
        select add_requests_month('2025-10-01'), add_requests_month('2025-11-01');
        insert into requests
        select first_id_at(at), case when i % 200 = 0 then $1 else gen_random_uuid() end, i::text,
          case when i % 400 = 0 then $2 else gen_random_uuid() end,
          case when i % 600 = 0 then $2 else gen_random_uuid() end, 1, case when i % 1000 = 0 then 2 else 1 end, true, false, 'openai', 0,
          'm' || i % 20, 'e', null, 200, false, null, 2, 1, 1, 0, 0, 0, 0, null, 0, 0, null, 0, 0, 0, null, 0, 0, 0, 0, '2026-11-01', 0,
          case when i % 2000 = 0 then jsonb_build_object('user', 'u') end, null, at, at, 0, 0
        from (select i, timestamptz '2025-12-01 00:00+00' - make_interval(mins => 2 * i) as at from generate_series(1, 40000) i) times;
        analyze;
        """.Replace("$1", $"'{_books.MerchantId}'::uuid").Replace("$2", $"'{_customer}'::uuid"));

    private async Task<string> ExplainAsync(RequestFilter filter)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = RequestSearch.Direct(filter, before: null, limit: 51);
        command.Connection = connection;
        command.CommandText = $"explain {command.CommandText}";
        await using var reader = await command.ExecuteReaderAsync();
        var plan = "";
        while (await reader.ReadAsync())
        {
            plan += reader.GetString(0) + "\n";
        }

        return plan;
    }

    private async Task<UsageRecord> WriteAsync(DateTimeOffset time, string? reportedAs = null, Action<UsageRecord>? change = null)
    {
        var record = _books.Record(_customer, _wallet, 1);
        record.Id = Ids.New(new SetTime(time));
        record.RequestId = reportedAs ?? Ids.Format(IdPrefix.Request, test: true, record.Id);
        record.Reported = reportedAs is not null;
        change?.Invoke(record);
        _position = await _writer.WriteAsync([record], _position, _position.Sequence + 1, CancellationToken.None);
        return record;
    }

    private Task<UsageRecord?> FindAsync(string requestId) => _store.FindAsync(_books.MerchantId, requestId, CancellationToken.None);

    private async Task<List<Guid>> ListAsync(Guid? before)
    {
        var filter = new RequestFilter { MerchantId = _books.MerchantId, CustomerId = _customer };
        return (await _store.SearchAsync(filter, before, 10, CancellationToken.None)).ConvertAll(record => record.Id);
    }
}
