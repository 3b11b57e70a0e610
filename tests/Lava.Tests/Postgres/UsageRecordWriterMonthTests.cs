using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class UsageRecordWriterMonthTests(PostgresServer server) : IAsyncLifetime
{
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

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "requests_early")]
    [InlineData("2019-12-31T23:59:59.999Z", "requests_early")]
    [InlineData("2020-01-01T00:00:00Z", "requests_2020_01")]
    [InlineData("2031-02-28T23:59:59.999Z", "requests_2031_02")]
    [InlineData("2031-03-01T00:00:00Z", "requests_2031_03")]
    [InlineData("2200-01-01T00:00:00Z", "requests_late")]
    public async Task Write_TimeOfAnyClock_GoesIntoItsMonth(string time, string partition)
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = _books.Record(customer, wallet, 7);
        record.Id = Ids.New(new SetTime(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));

        await WriteAsync(record);

        Assert.Equal(partition, await _books.ScalarAsync<string>("select tableoid::regclass::text from requests"));
    }

    [Fact]
    public async Task Write_MonthWasRemoved_MakesItAgain()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var report = _books.Record(customer, wallet, 7);
        (report.Reported, report.RequestId) = (true, "run-1");
        await WriteAsync(report, _books.Record(customer, wallet, 4));
        var today = DateOnly.FromDateTime(DateTime.UtcNow);

        Assert.Equal(2L, await _books.ScalarAsync<long>("select remove_requests_month($1)", today));
        await WriteAsync(report);

        Assert.Equal(3L, await _books.ScalarAsync<long>("select records from journal_positions"));
        Assert.Equal(2L, await _books.ScalarAsync<long>("select sum(records)::bigint from removed_months"));
        Assert.Equal(11m, await _books.ScalarAsync<decimal>("select sum(debited) from removed_months"));
        Assert.Equal(1L, await _books.ScalarAsync<long>("select count(*) from requests"));
    }

    [Fact]
    public async Task Remove_ReaderComesMeanwhile_NeitherWaitsForTheOther()
    {
        const string removers = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        await using var connection = await _source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table report_ids in share mode", connection);
        await command.ExecuteNonQueryAsync();
        var removing = _books.ScalarAsync<long>("select remove_requests_month($1)", DateOnly.FromDateTime(DateTime.UtcNow));
        while (await _books.ScalarAsync<long>(removers) == 0)
        {
            Assert.False(removing.IsCompleted);
        }

        var read = await _books.ScalarAsync<long>("select count(*) from requests").WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(0, read);
        await transaction.CommitAsync();
        Assert.Equal(0, await removing);
    }

    private async Task WriteAsync(params UsageRecord[] records) => _position = await _writer.WriteAsync(
        records, _position, _position.Sequence + records.Length, CancellationToken.None);
}
