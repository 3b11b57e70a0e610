using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>The dashboard's sums against the records that were written: random records, filters, groups and edges.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class TotalsStoreTests(PostgresServer server) : IAsyncLifetime
{
    private const int Seed = 20_261_122;
    private const int Records = 2_000;
    private const int Reports = 150;
    private static readonly DateTimeOffset Start = new(2026, 10, 30, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromDays(3);
    private readonly Random _random = new(Seed);
    private readonly List<UsageRecord> _records = [];
    private readonly Guid[] _meters = [Guid.NewGuid(), Guid.NewGuid()];
    private Guid[] _customers = [];
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
        var customers = new[] { await _books.AddCustomerAsync("first"), await _books.AddCustomerAsync(), await _books.AddCustomerAsync() };
        _customers = [.. customers.Select(customer => customer.Id)];
        for (var i = 0; i < Records; i++)
        {
            var (customer, wallet) = customers[_random.Next(customers.Length)];
            _records.Add(NewRecord(customer, wallet));
        }

        await using var writer = new UsageRecordWriter(_source);
        var position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
        for (var first = 0; first < Records;)
        {
            var batch = _records.Skip(first).Take(1 + _random.Next(300)).ToArray();
            position = await writer.WriteAsync(batch, position, position.Sequence + batch.Length, CancellationToken.None);
            first += batch.Length;
        }
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Flush_AnyBatches_KeepsWhatTheRequestsAddUpTo()
    {
        await using var connection = await _source.OpenConnectionAsync();

        foreach (var check in new[] { UsageChecks.Sums, UsageChecks.TotalsByModel, UsageChecks.Hours })
        {
            var result = Assert.Single(await check.RunAsync(connection, CancellationToken.None));

            Assert.True(result.IsProven, string.Join("; ", result.First));
            Assert.NotEqual(0, result.Looked);
        }
    }

    [Fact]
    public async Task Sum_AnyReport_EqualsTheSumOfItsRecords()
    {
        var store = new TotalsStore(_source);
        for (var i = 0; i < Reports; i++)
        {
            var filter = NewFilter();
            var edges = NewEdges();
            var by = filter.Customers is null ? (TotalsGrouping)_random.Next(4) : (TotalsGrouping)_random.Next(5);
            var order = (TotalsMeasure)_random.Next(6);
            var groups = _random.Next(4);

            var sums = await store.SumAsync(filter, edges, by, order, groups, CancellationToken.None);

            Assert.Equal(Expected(filter, edges, by, order, groups), sums);
        }
    }

    [Fact]
    public async Task Sum_Customers_ReadsNoRequest()
    {
        var filter = new TotalsFilter { MerchantId = _books.MerchantId, Customers = _customers[..1] };
        var edges = new[] { Start, Start.AddDays(3) };
        var expected = Expected(filter, edges, TotalsGrouping.Model, TotalsMeasure.Charge, 9);
        await _books.ExecuteAsync("truncate requests");

        Assert.Equal(
            expected,
            await new TotalsStore(_source).SumAsync(
                filter, edges, TotalsGrouping.Model, TotalsMeasure.Charge, 9, CancellationToken.None));
    }

    [Theory]
    [InlineData(TotalsGrouping.None)]
    [InlineData(TotalsGrouping.Customer)]
    public async Task Sum_CustomersOnWholeHours_ReadsNoMoreThanTheirHours(TotalsGrouping by)
    {
        var filter = new TotalsFilter { MerchantId = _books.MerchantId, Customers = _customers };
        var edges = new[] { Start, Start.AddHours(5), Start.AddDays(3) };
        var expected = Expected(filter, edges, by, TotalsMeasure.Charge, 2);
        var store = new TotalsStore(_source);
        await _books.ExecuteAsync("truncate usage_sums");

        Assert.Equal(expected, await store.SumAsync(filter, edges, by, TotalsMeasure.Charge, 2, CancellationToken.None));
        Assert.Empty(await store.SumAsync(
            filter, [Start.AddMinutes(15), Start.AddDays(3)], by, TotalsMeasure.Charge, 2, CancellationToken.None));
        Assert.Empty(await store.SumAsync(
            filter with { Model = "a" }, edges, by, TotalsMeasure.Charge, 2, CancellationToken.None));
    }

    [Fact]
    public async Task Sum_OtherMerchant_SeesNothing()
    {
        var filter = new TotalsFilter { MerchantId = Guid.NewGuid(), Customers = _customers };
        var edges = new[] { Start, Start.AddDays(3) };
        var store = new TotalsStore(_source);

        Assert.Empty(await store.SumAsync(filter, edges, TotalsGrouping.Customer, TotalsMeasure.Cost, 9, CancellationToken.None));
        Assert.Empty(await store.SumAsync(
            filter with { Customers = null }, edges, TotalsGrouping.Model, TotalsMeasure.Cost, 9, CancellationToken.None));
        Assert.Empty(await store.NamesAsync(filter.MerchantId, _customers, CancellationToken.None));
        Assert.False(await store.HasAnyAsync(filter.MerchantId, CancellationToken.None));
        Assert.True(await store.HasAnyAsync(_books.MerchantId, CancellationToken.None));
    }

    [Fact]
    public async Task Names_OfCustomersAndMeters_AreTheirs()
    {
        var names = await new TotalsStore(_source).NamesAsync(_books.MerchantId, _customers, CancellationToken.None);
        Assert.Equal("first", names[_customers[0]]);
        Assert.Single(names);
    }

    [Fact]
    public async Task Largest_Customers_AreThoseOfTheirLastWindowsAndOfAll()
    {
        var store = new CustomerWindowStore(_source);
        var first = DateOnly.FromDateTime(Start.UtcDateTime);
        Task<List<Guid>> LargestAsync(DateOnly from, LimitUnit unit, int each, LimitCycle shortest = LimitCycle.Daily) =>
            store.LargestAsync(_books.MerchantId, unit, shortest, from, each, CancellationToken.None);
        var ever = _customers.MaxBy(id => _records.Where(record => record.CustomerId == id).Sum(Charge));
        var other = _customers.First(id => id != ever);
        await _books.ExecuteAsync(
            """
            insert into spend_keys (spend_key_id, merchant_id, name, preview, digest, is_paused, request_shape, created_at)
            values ($1, $2, 'k', 'k', '', false, 0, now())
            """,
            _customers.First(id => id != ever && id != other), _books.MerchantId);

        // One leads its last day, as if it had called after midnight; the other one all time, long ago.
        await _books.ExecuteAsync("update usage_windows set day = day + 1, day_spend = 1000000 where subject_id = $1", other);

        var all = await LargestAsync(first, LimitUnit.Requests, 9);
        var last = await LargestAsync(first.AddDays(3), LimitUnit.Spend, 1);
        var ofAll = await LargestAsync(first, LimitUnit.Spend, 1, LimitCycle.Total);
        var later = await LargestAsync(first.AddYears(1), LimitUnit.Spend, 1);

        Assert.Equal(new[] { ever, other }.Order(), all.Order());
        Assert.Equal(new[] { ever, other }.Order(), last.Order());
        Assert.Equal([ever], ofAll);
        Assert.Equal([ever], later);
        Assert.Empty(await store.LargestAsync(
            Guid.NewGuid(), LimitUnit.Spend, LimitCycle.Daily, first, 9, CancellationToken.None));
    }

    [Fact]
    public async Task Plans_OfAllQueries_ReadNoTableWhole()
    {
        await _books.ExecuteAsync(
            """
            insert into usage_totals
            select md5((n % 50)::text)::uuid, timestamptz '2026-01-01 00:00+00' + make_interval(mins => n / 50 * 15),
              '00000000-0000-0000-0000-000000000000', 'p', 'm' || n % 3, 1, 0, 0, 1, 1, 1, 1
            from generate_series(1, 200000) n;
            insert into refusal_sums
            select md5((n % 50)::text)::uuid, timestamptz '2026-01-01 00:00+00' + make_interval(mins => n / 50 * 15), 'c',
              '00000000-0000-0000-0000-000000000000', 1
            from generate_series(1, 50000) n;
            insert into usage_sums
            select md5((n % 50)::text)::uuid, timestamptz '2026-01-01 00:00+00' + make_interval(mins => n / 50 * 15), md5(n::text)::uuid,
              '00000000-0000-0000-0000-000000000000', 1, 'p', 'm', 1, 1, 1, 1
            from generate_series(1, 50000) n;
            """);

        // Ten customers that are half of all there is.
        Guid[] large = [.. Enumerable.Range(0, 10).Select(_ => Guid.NewGuid())];
        await _books.ExecuteAsync(
            """
            insert into usage_sums
            select $1, timestamptz '2026-01-01 00:00+00' + make_interval(mins => n / 10 * 15), ($2::uuid[])[1 + n % 10],
              '00000000-0000-0000-0000-000000000000', 1, 'p', 'm', 1, 1, 1, 1
            from generate_series(1, 50000) n
            """,
            _books.MerchantId, large);
        await _books.ExecuteAsync(
            """
            insert into usage_hours
            select customer_id, date_trunc('hour', quarter, 'UTC'), min(merchant_id::text)::uuid, 1, 1, 1, 1, 1 from usage_sums
            where customer_id <> '00000000-0000-0000-0000-000000000000' group by 1, 2 on conflict do nothing
            """);
        await _books.ExecuteAsync(
            """
            insert into usage_windows (subject_id, merchant_id, day, day_requests, day_tokens, day_spend,
              week, week_requests, week_tokens, week_spend, month, month_requests, month_tokens, month_spend,
              cycle, cycle_requests, cycle_tokens, cycle_spend, requests, tokens, spend, last_at)
            select md5(n::text)::uuid, $1, d, 1, 1, 1,
              d, 1, 1, 1, date_trunc('month', d)::date, 1, 1, n * 1000::bigint, d, 1, 1, 1, 1, 1, 1, d
            from (select n, date '2026-09-01' + n % 90 as d from generate_series(1, 10000) n) n
            """,
            _books.MerchantId);
        await _books.ExecuteAsync("analyze usage_totals, refusal_sums, usage_sums, usage_hours, usage_windows");

        DateTimeOffset[] edges = [Start, Start.AddHours(6), Start.AddDays(1)];
        var all = new TotalsFilter { MerchantId = _books.MerchantId };
        foreach (var command in new[]
        {
            TotalsStore.SumCommand(all, edges, TotalsGrouping.Model, TotalsMeasure.Charge, 7),
            TotalsStore.SumCommand(all with { Model = "a" }, edges, TotalsGrouping.Meter, TotalsMeasure.Tokens, 7),
            TotalsStore.SumCommand(all with { Customers = _customers[..1] }, edges, TotalsGrouping.None, TotalsMeasure.Cost, 1),
            TotalsStore.SumCommand(
                all with { Customers = large }, [Start.AddYears(-1), Start.AddYears(1)], TotalsGrouping.Customer, TotalsMeasure.Charge, 7),
            TotalsStore.SumCommand(
                all with { Customers = large, Model = "m" }, [Start.AddYears(-1), Start.AddYears(1)], TotalsGrouping.Customer,
                TotalsMeasure.Charge, 7),
            TotalsStore.RefusalsCommand(_books.MerchantId, null, edges),
            CustomerWindowStore.LargestCommand(_books.MerchantId, LimitUnit.Spend, LimitCycle.Daily, new DateOnly(2026, 11, 1), 20),
        })
        {
            var plan = await PlanAsync(command);
            Assert.False(FewKeys().Replace(plan, "").Contains("Seq Scan", StringComparison.Ordinal), plan);
        }
    }

    // There are few spend keys, and none here.
    [GeneratedRegex("\"Seq Scan\"[^{}]*\"Relation Name\":\"spend_keys\"")]
    private static partial Regex FewKeys();

    private async Task<string> PlanAsync(NpgsqlCommand command)
    {
        await using var connection = await _source.OpenConnectionAsync();
        command.Connection = connection;
        command.CommandText = "explain (format json) " + command.CommandText;
        return JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)!.ToJsonString();
    }

    private UsageRecord NewRecord(Guid customer, long wallet)
    {
        var time = Start + (Length * _random.NextDouble());
        var record = _books.Record(customer, wallet, _random.Next(3));
        record.Id = Ids.New(new SetTime(time));
        record.CreatedAtMicros = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record.CustomerId = _random.Next(5) == 0 ? null : customer;
        record.MeterId = _random.Next(4) == 0 ? null : Pick(_meters);
        record.Model = _random.Next(6) == 0 ? null : Pick(["a", "b", "é", "z"]);
        record.Provider = Pick(["openai", "anthropic", ""]);
        record.Status = Pick([RequestStatus.Completed, RequestStatus.Error]);
        record.Billed = _random.Next(3) > 0;
        record.Charge = new Money(_random.Next(100));
        (record.InputCost, record.OutputCost) = (new Money(_random.Next(100)), new Money(_random.Next(100)));
        record.Usage = new Usage { InputTokens = _random.Next(100), OutputTokens = _random.Next(100) };
        return record;
    }

    private TotalsFilter NewFilter() => new()
    {
        MerchantId = _books.MerchantId,
        Customers = _random.Next(3) == 0 ? _customers[.._random.Next(4)] : null,
        MeterId = _random.Next(4) == 0 ? Pick(_meters) : null,
        Provider = _random.Next(4) == 0 ? "openai" : null,
        Model = _random.Next(4) == 0 ? "é" : null,
    };

    private DateTimeOffset[] NewEdges()
    {
        // Half of them on whole hours.
        var perHour = _random.Next(2) == 0 ? 4 : 1;
        var times = new SortedSet<int>();
        for (var i = _random.Next(2, 12); times.Count < 2 || i > 0; i--)
        {
            times.Add(_random.Next(-10, (int)(Length.TotalHours * perHour) + 10));
        }

        return [.. times.Select(time => Start.AddMinutes(60 / perHour * time))];
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private List<TotalsSum> Expected(
        TotalsFilter filter, DateTimeOffset[] edges, TotalsGrouping by, TotalsMeasure order, int groups)
    {
        var used = _records.Where(record => Matches(filter, record) && CreatedAt(record) >= edges[0] && CreatedAt(record) < edges[^1])
            .ToList();
        var leading = used.GroupBy(record => KeyOf(record, by))
            .OrderByDescending(group => group.Sum(record => ValueOf(record, order))).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(groups).Select(group => group.Key).ToHashSet();
        return
        [
            .. used.GroupBy(record => (
                    Key: leading.Contains(KeyOf(record, by)) ? KeyOf(record, by) : null,
                    Bucket: edges.Count(edge => edge <= CreatedAt(record)) - 1))
                .OrderBy(group => group.Key.Key is null).ThenBy(group => group.Key.Key, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Bucket)
                .Select(group => new TotalsSum(
                    group.Key.Bucket, group.Key.Key, group.Count(), group.Count(record => record.Status == RequestStatus.Error),
                    group.Sum(Tokens), new Money(group.Sum(record => record.Cost.Units)), new Money(group.Sum(Charge)))),
        ];
    }

    private static bool Matches(TotalsFilter filter, UsageRecord record) =>
        (filter.Customers is null || (record.CustomerId is { } customer && filter.Customers.Contains(customer)))
        && (filter.MeterId is null || record.MeterId == filter.MeterId)
        && (filter.Provider is null || record.Provider == filter.Provider)
        && (filter.Model is null || record.Model == filter.Model);

    private static string KeyOf(UsageRecord record, TotalsGrouping by) => by switch
    {
        TotalsGrouping.Model => record.Model ?? "",
        TotalsGrouping.Provider => record.Provider ?? "",
        TotalsGrouping.Meter => record.MeterId?.ToString() ?? "",
        TotalsGrouping.Customer => record.CustomerId!.Value.ToString(),
        _ => "",
    };

    private static long ValueOf(UsageRecord record, TotalsMeasure order) => order switch
    {
        TotalsMeasure.Cost => record.Cost.Units,
        TotalsMeasure.Margin => Charge(record) - record.Cost.Units,
        TotalsMeasure.Requests => 1,
        TotalsMeasure.Errors => record.Status == RequestStatus.Error ? 1 : 0,
        TotalsMeasure.Tokens => Tokens(record),
        _ => Charge(record),
    };

    private static long Tokens(UsageRecord record) => record.Usage.InputTokens + record.Usage.OutputTokens;

    private static long Charge(UsageRecord record) => record.Billed ? record.Charge.Units : 0;

    private static DateTimeOffset CreatedAt(UsageRecord record) =>
        DateTimeOffset.UnixEpoch.AddTicks(record.CreatedAtMicros * TimeSpan.TicksPerMicrosecond);
}
