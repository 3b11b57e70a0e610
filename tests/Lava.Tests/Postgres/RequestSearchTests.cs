using FsCheck;
using FsCheck.Fluent;
using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>Each way of finding requests against a plain filter over all of them, page by page to the end.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RequestSearchTests(PostgresServer server) : IAsyncLifetime
{
    private const int Seed = 20_261_122;
    private const int Records = 2_000;
    private const int Runs = 120;
    private const string OftenInMetadata = """{"feature":"chat"}""";
    private const string SeldomInMetadata = """{"user":"7"}""";
    private static readonly DateTimeOffset Start = new(2026, 10, 30, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromDays(4);
    private readonly Random _random = new(Seed);
    private readonly List<UsageRecord> _records = [];
    private readonly Guid[] _meters = [Guid.NewGuid(), Guid.NewGuid()];
    private readonly Guid _spendKey = Guid.NewGuid();
    private Guid[] _customers = [];
    private NpgsqlDataSource _source = null!;
    private RequestStore _store = null!;
    private Books _books = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _store = new RequestStore(_source);
        _books = await Books.OpenAsync(_source);
        var customers = new[] { await _books.AddCustomerAsync(), await _books.AddCustomerAsync(), await _books.AddCustomerAsync() };
        _customers = [.. customers.Select(customer => customer.Id)];
        for (var i = 0; i < Records; i++)
        {
            var (customer, wallet) = customers[_random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 }];
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
    public void Search_AnyFilter_IsThePlainFilterPageByPage()
    {
        var times = from at in Gen.Choose(0, (int)Length.TotalSeconds) select (DateTimeOffset?)Start.AddSeconds(at);
        var filters =
            from customer in Maybe(3, _customers)
            from meter in Maybe(4, _meters)
            from status in Maybe(3, RequestStatus.Completed, RequestStatus.Error)
            from provider in MaybeText(3, "openai", "anthropic", "seldom", "nobody")
            from model in MaybeText(2, "often", "b", "é", "rare", "nothing")
            from metadata in MaybeText(3, OftenInMetadata, SeldomInMetadata, """{"user":"8"}""")
            from certainty in Maybe(5, UsageCertainty.Exact, UsageCertainty.Partial)
            from key in Maybe(6, _spendKey)
            from first in Gen.Frequency((2, Gen.Constant<DateTimeOffset?>(null)), (1, times))
            from last in Gen.Frequency((2, Gen.Constant<DateTimeOffset?>(null)), (1, times))
            from limit in Gen.Elements(7, 40, 300)
            select (Limit: limit, Filter: new RequestFilter
            {
                MerchantId = _books.MerchantId,
                CustomerId = customer,
                MeterId = meter,
                Status = status,
                Provider = provider,
                Model = model,
                Metadata = metadata,
                Certainty = certainty,
                SpendKeyId = key,
                From = first,
                Until = last,
            });
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay((ulong)Seed, 1UL),
            Prop.ForAll(Arb.From(filters), search => Walk(search.Filter, search.Limit)));
    }

    [Fact]
    public async Task Search_OfAnotherMerchant_FindsNothing()
    {
        var other = new RequestFilter { MerchantId = Guid.NewGuid() };
        RequestFilter[] filters =
        [
            other, other with { CustomerId = _customers[0] }, other with { CustomerId = _customers[0], Model = "often" },
            other with { MeterId = _meters[0] }, other with { SpendKeyId = _spendKey }, other with { Model = "often" },
            other with { Metadata = OftenInMetadata }, other with { Status = RequestStatus.Error },
        ];
        foreach (var filter in filters)
        {
            Assert.Empty(await _store.SearchAsync(filter, before: null, 10, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Search_AfterACursorOfAnyTime_NeverFails()
    {
        var filter = new RequestFilter { MerchantId = _books.MerchantId, Model = "rare" };
        var all = await _store.SearchAsync(filter, before: null, Records, CancellationToken.None);

        Assert.Equal(
            all.Select(record => record.Id),
            (await _store.SearchAsync(filter, Guid.AllBitsSet, Records, CancellationToken.None)).Select(record => record.Id));
        Assert.Empty(await _store.SearchAsync(filter, Guid.Empty, Records, CancellationToken.None));
    }

    [Fact]
    public async Task ListModels_OfAMerchant_NamesEachOnce()
    {
        Assert.Equal(["b", "often", "rare", "é"], await _store.ListModelsAsync(_books.MerchantId, 10, CancellationToken.None));
        Assert.Equal(["b", "often"], await _store.ListModelsAsync(_books.MerchantId, 2, CancellationToken.None));
        Assert.Empty(await _store.ListModelsAsync(Guid.NewGuid(), 10, CancellationToken.None));
    }

    [Fact]
    public async Task FindLast_OfAFilter_IsTheQuarterOfItsLastMatch()
    {
        var filter = new RequestFilter { MerchantId = _books.MerchantId, Model = "rare", From = Start.AddYears(1) };
        var last = _records.Where(record => record.Model == "rare").Max(CreatedAt);

        Assert.Equal(
            last.AddTicks(-(last.Ticks % TimeSpan.FromMinutes(15).Ticks)), await _store.FindLastAsync(filter, CancellationToken.None));
        Assert.Null(await _store.FindLastAsync(filter with { Model = "nothing" }, CancellationToken.None));
    }

    private void Walk(RequestFilter filter, int limit)
    {
        var expected = _records.Where(record => Matches(filter, record)).Select(record => record.Id).OrderDescending().ToList();
        List<Guid> found = [];
        while (true)
        {
            Guid? before = found.Count == 0 ? null : found[^1];
            var page = _store.SearchAsync(filter, before, limit, CancellationToken.None).GetAwaiter().GetResult();
            found.AddRange(page.Select(record => record.Id));
            if (page.Count < limit)
            {
                break;
            }

            Assert.True(found.Count <= Records, "The walk does not end.");
        }

        Assert.Equal(expected, found);
    }

    // The id is as old as the call, or up to nine minutes from it: many stand in another quarter than their call.
    private UsageRecord NewRecord(Guid customer, long wallet)
    {
        var model = _random.Next(200) switch { < 2 => "rare", < 20 => "é", < 60 => "b", < 70 => null, _ => "often" };

        // What is rare comes in bursts, hours apart.
        var at = model == "rare"
            ? Start.AddHours(7 * _random.Next(4)).AddMinutes(_random.Next(3))
            : Start + (Length * _random.NextDouble());
        at = new DateTimeOffset(at.Ticks - (at.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        var record = _books.Record(customer, wallet, _random.Next(3));
        record.Id = Ids.New(new SetTime(_random.Next(3) == 0 ? at.AddMinutes(_random.Next(-9, 10)) : at));
        record.RequestId = Ids.Format(IdPrefix.Request, test: true, record.Id);
        record.CreatedAtMicros = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record.CustomerId = _random.Next(5) == 0 ? null : customer;
        record.MeterId = _random.Next(4) switch { 0 => null, 1 => _meters[1], _ => _meters[0] };
        record.Model = model;
        record.Provider = _random.Next(100) switch { 0 => "seldom", < 30 => "anthropic", _ => "openai" };
        record.Status = _random.Next(10) == 0 ? RequestStatus.Error : RequestStatus.Completed;
        record.Metadata = _random.Next(20) switch { 0 => """{"user":"7","feature":"chat"}""", < 12 => OftenInMetadata, _ => null };
        record.SpendKeyId = _random.Next(8) == 0 ? _spendKey : null;
        record.Usage = record.Usage with { Certainty = _random.Next(12) == 0 ? UsageCertainty.Partial : UsageCertainty.Exact };
        return record;
    }

    private static Gen<T?> Maybe<T>(int oneOf, params T[] values)
        where T : struct =>
        Gen.Frequency((oneOf - 1, Gen.Constant<T?>(null)), (1, Gen.Elements(values).Select(value => (T?)value)));

    private static Gen<string?> MaybeText(int oneOf, params string[] values) =>
        Gen.Frequency((oneOf - 1, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>(values)));

    private static bool Matches(RequestFilter filter, UsageRecord record) =>
        (filter.CustomerId is null || record.CustomerId == filter.CustomerId)
        && (filter.MeterId is null || record.MeterId == filter.MeterId)
        && (filter.Status is null || record.Status == filter.Status)
        && (filter.Provider is null || record.Provider == filter.Provider)
        && (filter.Model is null || record.Model == filter.Model)
        && (filter.Metadata is null || record.Metadata?.Contains(filter.Metadata.Trim('{', '}'), StringComparison.Ordinal) == true)
        && (filter.Certainty is null || record.Usage.Certainty == filter.Certainty)
        && (filter.SpendKeyId is null || record.SpendKeyId == filter.SpendKeyId)
        && (filter.From is null || CreatedAt(record) >= filter.From)
        && (filter.Until is null || CreatedAt(record) < filter.Until);

    private static DateTimeOffset CreatedAt(UsageRecord record) =>
        DateTimeOffset.UnixEpoch.AddTicks(record.CreatedAtMicros * TimeSpan.TicksPerMicrosecond);
}
