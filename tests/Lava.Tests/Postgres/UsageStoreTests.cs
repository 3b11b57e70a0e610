using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>Reports against the sums of the records that were written: random records, filters, groups, zones and periods.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UsageStoreTests(PostgresServer server) : IAsyncLifetime
{
    private const int Seed = 20_261_121;
    private const int Records = 3_000;
    private const int Reports = 200;
    private static readonly DateTimeOffset Start = new(2026, 10, 30, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromDays(3);
    private static readonly string[] Offsets = ["00:00", "01:00", "-08:00", "05:30", "-03:30", "12:45", "00:07"];
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
        var customers = new[] { await _books.AddCustomerAsync(), await _books.AddCustomerAsync(), await _books.AddCustomerAsync() };
        _customers = [.. customers.Select(customer => customer.Id)];
        for (var i = 0; i < Records; i++)
        {
            var (customer, wallet) = customers[_random.Next(customers.Length)];
            _records.Add(NewRecord(customer, wallet));
        }

        await using var writer = new UsageRecordWriter(_source);
        var position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
        foreach (var batch in _records.Chunk(500))
        {
            position = await writer.WriteAsync(batch, position, position.Sequence + batch.Length, CancellationToken.None);
        }
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Sum_AnyReport_EqualsTheSumOfItsRecords()
    {
        var store = new UsageStore(_source);
        for (var i = 0; i < Reports; i++)
        {
            var filter = NewFilter();
            var offset = TimeSpan.Parse(Pick(Offsets), System.Globalization.CultureInfo.InvariantCulture);
            var grouping = (UsageGrouping)_random.Next(5);
            var hourly = _random.Next(2) == 0;

            var sums = await store.SumAsync(filter, offset, hourly, grouping, int.MaxValue, CancellationToken.None);

            var expected = Sum(filter, offset, hourly, grouping);
            Assert.True(
                expected.SequenceEqual(sums), $"Report {i} of seed {Seed}: {filter}, offset {offset}, {grouping}, hourly {hourly}.");
        }
    }

    [Fact]
    public async Task Sum_WholeDays_ReadsNoRequest()
    {
        await _books.ExecuteAsync("truncate requests");
        var filter = new RequestFilter { MerchantId = _books.MerchantId, From = Start, Until = Start.AddDays(2) };

        var sums = await new UsageStore(_source).SumAsync(
            filter, TimeSpan.FromHours(5.5), true, UsageGrouping.Customer, int.MaxValue, CancellationToken.None);

        Assert.Equal(Sum(filter, TimeSpan.FromHours(5.5), true, UsageGrouping.Customer), sums);
    }

    private UsageRecord NewRecord(Guid customer, long wallet)
    {
        var time = Start + (Length * _random.NextDouble());
        var record = _books.Record(customer, wallet, _random.Next(3));
        record.Id = Ids.New(new SetTime(time));
        record.CreatedAtMicros = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record.CustomerId = _random.Next(5) == 0 ? null : customer;
        record.MeterId = _random.Next(4) == 0 ? null : Pick(_meters);
        record.Model = _random.Next(6) == 0 ? null : Pick(["a", "b", "é"]);
        record.Provider = Pick(["openai", "anthropic", ""]);
        record.Status = Pick([RequestStatus.Completed, RequestStatus.Error]);
        record.Billed = _random.Next(3) > 0;
        record.Charge = new Money(_random.Next(100));
        (record.InputCost, record.OutputCost) = (new Money(_random.Next(100)), new Money(_random.Next(100)));
        record.Metadata = _random.Next(3) == 0 ? """{"user":"1"}""" : null;
        record.Usage = new Usage { InputTokens = _random.Next(100), OutputTokens = _random.Next(100) };
        return record;
    }

    private RequestFilter NewFilter()
    {
        var times = new[] { NewTime(), NewTime() }.Order().ToArray();
        return new RequestFilter
        {
            MerchantId = _books.MerchantId,
            CustomerId = _random.Next(3) == 0 ? Pick(_customers) : null,
            MeterId = _random.Next(4) == 0 ? Pick(_meters) : null,
            Status = _random.Next(4) == 0 ? RequestStatus.Error : null,
            Provider = _random.Next(4) == 0 ? "openai" : null,
            Model = _random.Next(4) == 0 ? "é" : null,
            Metadata = _random.Next(6) == 0 ? """{"user":"1"}""" : null,
            From = _random.Next(8) == 0 ? null : times[0],
            Until = _random.Next(4) == 0 ? null : times[1],
        };
    }

    // On a quarter of an hour, on a second, or to the microsecond of a record.
    private DateTimeOffset NewTime() => _random.Next(3) switch
    {
        0 => Start.AddMinutes(15 * _random.Next((int)Length.TotalHours * 4)),
        1 => Start.AddSeconds(_random.Next((int)Length.TotalSeconds)),
        _ => CreatedAt(Pick(_records)),
    };

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private List<UsageSum> Sum(RequestFilter filter, TimeSpan offset, bool hourly, UsageGrouping grouping) =>
    [
        .. _records.Where(record => Matches(filter, record))
            .GroupBy(record => (
                Start: StartOf(CreatedAt(record).UtcDateTime + offset, hourly), Text: TextOf(record, grouping), Id: IdOf(record, grouping)))
            .Select(group => new UsageSum(
                group.Key.Start,
                group.Key.Text,
                group.Key.Id,
                group.Count(),
                group.Sum(record => record.Usage.InputTokens + record.Usage.OutputTokens),
                new Money(group.Sum(record => record.Cost.Units)),
                new Money(group.Sum(record => record.Billed ? record.Charge.Units : 0))))
            .OrderBy(sum => sum.Start)
            .ThenBy(sum => sum.Text is null).ThenBy(sum => sum.Text, StringComparer.Ordinal)
            .ThenBy(sum => sum.Id is null).ThenBy(sum => sum.Id),
    ];

    private static bool Matches(RequestFilter filter, UsageRecord record) =>
        (filter.CustomerId is null || record.CustomerId == filter.CustomerId)
        && (filter.MeterId is null || record.MeterId == filter.MeterId)
        && (filter.Status is null || record.Status == filter.Status)
        && (filter.Provider is null || record.Provider == filter.Provider)
        && (filter.Model is null || record.Model == filter.Model)
        && (filter.Metadata is null || record.Metadata is not null)
        && (filter.From is null || CreatedAt(record) >= filter.From)
        && (filter.Until is null || CreatedAt(record) < filter.Until);

    private static DateTimeOffset CreatedAt(UsageRecord record) =>
        DateTimeOffset.UnixEpoch.AddTicks(record.CreatedAtMicros * TimeSpan.TicksPerMicrosecond);

    private static DateTime StartOf(DateTime local, bool hourly) =>
        DateTime.SpecifyKind(hourly ? local.Date.AddHours(local.Hour) : local.Date, DateTimeKind.Unspecified);

    private static string? TextOf(UsageRecord record, UsageGrouping grouping) => grouping switch
    {
        UsageGrouping.Model => record.Model,
        UsageGrouping.Provider => record.Provider,
        _ => null,
    };

    private static Guid? IdOf(UsageRecord record, UsageGrouping grouping) => grouping switch
    {
        UsageGrouping.Meter => record.MeterId,
        UsageGrouping.Customer => record.CustomerId,
        _ => null,
    };
}
