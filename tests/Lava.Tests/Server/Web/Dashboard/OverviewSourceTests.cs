using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Overview;
using Lava.Server.Web.Plots;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Lava.Tests.Postgres;
using Npgsql;

namespace Lava.Tests.Server.Web.Dashboard;

/// <summary>Usage by customer, at times at which the windows of limits have just begun anew: always the whole of what was used.</summary>
[Collection(PostgresCollection.Name)]
public sealed class OverviewSourceTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset Sunday = new(2026, 11, 15, 20, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Monday = new(2026, 11, 16, 0, 5, 0, TimeSpan.Zero);
    private readonly SetTime _time = new(Monday);
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;
    private UsageRecordWriter _writer = null!;
    private JournalPosition _position;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
        _writer = new UsageRecordWriter(_source);
        _position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task Read_OnTheFirstMinutesOfAWeek_HasWhoCalledTheDayBefore()
    {
        var (ada, bob) = (await _books.AddCustomerAsync("ada"), await _books.AddCustomerAsync("bob"));
        await UseAsync(Sunday, ada, 700);
        await UseAsync(Sunday, bob, 20);
        await UseAsync(Monday, bob, 1);
        await UseAsync(Sunday, null, 3);

        var series = await ReadAsync("7d");

        Assert.Equal([("ada", 700), ("bob", 21), ("Others", 0)], Charges(series));
        Assert.Equal(3, series.Groups[^1].CostSum.Units);
        AssertWhole(series);
    }

    [Theory]
    [InlineData("24h")]
    [InlineData("30d")]
    [InlineData("90d")]
    public async Task Read_OfMoreThanAreShown_HasTheLargestAndTheOthers(string range)
    {
        for (var i = 1; i <= OverviewSource.GroupsMax + 2; i++)
        {
            await UseAsync(Sunday, await _books.AddCustomerAsync($"c{i}"), 10 * i);
        }

        var series = await ReadAsync(range);

        Assert.Equal(
            [("c9", 90), ("c8", 80), ("c7", 70), ("c6", 60), ("c5", 50), ("c4", 40), ("c3", 30), ("Others", 30)], Charges(series));
        AssertWhole(series);
    }

    [Fact]
    public async Task Read_OfAPastMonth_IsOfThatMonth()
    {
        var (then, ever, now) =
            (await _books.AddCustomerAsync("then"), await _books.AddCustomerAsync("ever"), await _books.AddCustomerAsync("now"));
        var september = new DateTimeOffset(2026, 9, 10, 12, 0, 0, TimeSpan.Zero);
        await UseAsync(september, then, 500);
        await UseAsync(september, ever, 30);
        await UseAsync(Sunday, ever, 2);
        await UseAsync(Sunday, now, 900);

        var series = await ReadAsync(null, "2026-09-01", "2026-09-30");

        Assert.Equal([("then", 500), ("ever", 30)], Charges(series));
        AssertWhole(series);
    }

    [Fact]
    public async Task ReadAgain_AfterCallsOfOthers_HasThem_AndAsksForAllWhereThereWereNone()
    {
        var (ada, bob) = (await _books.AddCustomerAsync("ada"), await _books.AddCustomerAsync("bob"));
        await UseAsync(Sunday, ada, 700);
        var source = new OverviewSource(_source, _time);
        var query = Query("7d");
        var alone = await source.ReadAsync(query, "UTC", CancellationToken.None);
        Assert.NotNull(await source.ReadAgainAsync(query, alone, query.Range.Count - 2, CancellationToken.None));
        await UseAsync(Monday, bob, 5);
        Assert.Null(await source.ReadAgainAsync(query, alone, query.Range.Count - 2, CancellationToken.None));

        // Whatever the page shows stays, until it is read anew.
        await UseAsync(Sunday, null, 3);
        await _books.ExecuteAsync("delete from usage_windows where subject_id = $1", bob.Id);
        var shown = await source.ReadAsync(query, "UTC", CancellationToken.None);
        await UseAsync(Monday, bob, 6);
        var points = await source.ReadAgainAsync(query, shown, query.Range.Count - 2, CancellationToken.None);

        Assert.Equal([("ada", 0), ("Others", 11)], Charges(points!));
    }

    private static IEnumerable<(string Name, long Charge)> Charges(PlotSeries series) =>
        series.Groups.Select(group => (group.Label, group.ChargeSum.Units));

    // Point by point the groups are what the tiles and the other plots say.
    private static void AssertWhole(PlotSeries series)
    {
        Assert.NotEqual(0, PlotGroup.Sum(series.Total.Requests));
        foreach (var measure in new Func<PlotGroup, long[]>[]
        {
            group => group.Requests, group => group.Errors, group => group.Tokens, group => group.Cost, group => group.Charge,
        })
        {
            var sums = Enumerable.Range(0, series.Range.Count).Select(i => series.Groups.Sum(group => measure(group)[i]));
            Assert.Equal(measure(series.Total), sums);
        }
    }

    private Task<PlotSeries> ReadAsync(string? range, string? from = null, string? to = null) =>
        new OverviewSource(_source, _time).ReadAsync(Query(range, from, to), "UTC", CancellationToken.None);

    private OverviewQuery Query(string? range, string? from = null, string? to = null) => new()
    {
        MerchantId = _books.MerchantId,
        IsTest = true,
        Range = PlotRange.Of(range, from, to, TimeZoneInfo.Utc, _time.Now),
        Measure = TotalsMeasure.Charge,
        By = TotalsGrouping.Customer,
    };

    // A call that costs as much as it is charged for.
    private async Task UseAsync(DateTimeOffset at, (Guid Id, long Wallet)? customer, long charge)
    {
        var record = _books.Record(customer?.Id ?? Guid.Empty, customer?.Wallet ?? _books.MerchantWallet, charge);
        record.Id = Ids.New(new SetTime(at));
        record.CreatedAtMicros = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record.CompletedAtMicros = record.CreatedAtMicros + 1;
        record.CustomerId = customer?.Id;
        record.Billed = customer is not null;
        record.InputCost = new Money(charge);
        _position = await _writer.WriteAsync([record], _position, _position.Sequence + 1, CancellationToken.None);
    }
}
