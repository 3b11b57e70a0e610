using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>Batches that are written in two parts at once, over two connections.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UsageRecordWriterLargeBatchTests(PostgresServer server) : IAsyncLifetime
{
    private const int Count = FlushLimits.MinPartedRecords;
    private const int FirstPart = Count * FlushLimits.FirstPartPerMille / 1_000;
    private NpgsqlDataSource _source = null!;
    private UsageRecordWriter _writer = null!;
    private Books _books = null!;
    private JournalPosition _position;
    private Guid _customer;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _writer = new UsageRecordWriter(_source);
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
    public async Task Write_LargeBatch_BooksEachRecordOnce()
    {
        var grant = await _books.AddGrantAsync(_customer, _wallet, Count + 1);

        var position = await WriteAsync(Records());

        Assert.Equal(Count, position.Sequence);
        Assert.Equal(1, await _books.RemainingAsync(grant));
        await AssertBookedAsync(Count, posted: 1);
    }

    [Fact]
    public async Task Write_LaterPartIsRefused_KeepsTheFirstAndSaysSo()
    {
        var records = Records();
        records[FirstPart].WalletId = 999_999;

        var position = await WriteAsync(records);

        Assert.Equal(FirstPart, position.Sequence);
        await AssertBookedAsync(FirstPart, posted: -FirstPart);
        position = await _writer.WriteAsync(records[^10..], position, Count, CancellationToken.None);
        Assert.Equal(position, await position.RereadAsync(_source, CancellationToken.None));
    }

    [Fact]
    public async Task Write_FirstPartIsRefused_WritesNothing()
    {
        var records = Records();
        records[7].WalletId = 999_999;

        await Assert.ThrowsAsync<UnknownWalletException>(() => WriteAsync(records));

        await AssertBookedAsync(0, posted: 0);
        records[7].WalletId = _wallet;
        await WriteAsync(records);
        await AssertBookedAsync(Count, posted: -Count);
    }

    [Fact]
    public async Task Write_SameRecordInBothParts_BooksItOnce()
    {
        var records = Records();
        records[^1] = records[0];

        await WriteAsync(records);

        await AssertBookedAsync(Count - 1, posted: 1 - Count);
    }

    [Fact]
    public async Task Write_SomeAreThereInBothParts_BooksTheOthers()
    {
        var records = Records();
        _position = await WriteAsync([records[3], records[^3]]);

        await _writer.WriteAsync(records, _position, _position.Sequence + Count, CancellationToken.None);

        await AssertBookedAsync(Count, posted: -Count);
    }

    [Fact]
    public async Task Write_NewerProcess_FencesBothParts()
    {
        await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);

        await Assert.ThrowsAsync<FencedException>(() => WriteAsync(Records()));

        await AssertBookedAsync(0, posted: 0);
    }

    private UsageRecord[] Records() => [.. Enumerable.Range(0, Count).Select(_ => _books.Record(_customer, _wallet, 1))];

    private Task<JournalPosition> WriteAsync(UsageRecord[] records) =>
        _writer.WriteAsync(records, _position, _position.Sequence + records.Length, CancellationToken.None);

    private async Task AssertBookedAsync(long records, long posted)
    {
        Assert.Equal(records, await _books.ScalarAsync<long>("select count(*) from requests"));
        Assert.Equal(posted, await _books.PostedAsync(_wallet));
        Assert.Equal(records, await _books.ScalarAsync<long>("select records from journal_positions"));
        Assert.Equal(records, await _books.ScalarAsync<decimal>("select debited from journal_positions"));
        Assert.Equal(records, await _books.ScalarAsync<long>("select coalesce(sum(requests), 0)::bigint from usage_sums"));
        Assert.Equal(records, await _books.ScalarAsync<long>("select coalesce(sum(requests), 0)::bigint from usage_totals"));
        Assert.Equal((0m, 0L), await _books.AuditAsync());
    }
}
