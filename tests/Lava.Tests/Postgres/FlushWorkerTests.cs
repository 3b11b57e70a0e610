using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class FlushWorkerTests(PostgresServer server) : IAsyncLifetime
{
    private const int Node = 1;

    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly MemoryJournal _journal = new();
    private readonly CancellationTokenSource _stopping = new();
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;
    private FlushWorker _worker = null!;
    private Task _running = Task.CompletedTask;
    private Guid _customer;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
        (_customer, _wallet) = await _books.AddCustomerAsync();
        _worker = await NewWorkerAsync();
    }

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _worker.DisposeAsync();
        await _source.DisposeAsync();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Run_SettlementsAmongOthers_AreWrittenAndConfirmed()
    {
        _journal.Append(Entry(JournalRecordType.Reserve), []);
        Settle(3);
        var last = _journal.Append(Entry(JournalRecordType.Void), []);

        Start();

        Assert.True(await _worker.WaitForAppliedAsync(last, Limit));
        Assert.Equal(-3, await _books.PostedAsync(_wallet));
        Assert.Equal(last, _journal.Confirmed);
        Assert.Equal(0, _worker.LagRecords);
        Assert.Equal(last, await _books.ScalarAsync<long>("select sequence from journal_positions"));
    }

    [Fact]
    public async Task WaitForApplied_NothingComes_IsFalse() => Assert.False(await _worker.WaitForAppliedAsync(1, TimeSpan.Zero));

    [Fact]
    public async Task Stop_DurableRecords_AreWrittenFirst()
    {
        Start();
        var last = Settle(100);

        await _stopping.CancelAsync();
        await _running;

        Assert.Equal(last, _worker.AppliedSequence);
        Assert.Equal(-100, await _books.PostedAsync(_wallet));
    }

    [Fact]
    public async Task Run_SessionsAreCutAgainAndAgain_WritesEachRecordOnce()
    {
        const int rounds = 20;
        Start();
        var last = 0L;
        for (var round = 0; round < rounds; round++)
        {
            last = Settle(500);
            await _books.ScalarAsync<long>("""
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                """);
        }

        Assert.True(await _worker.WaitForAppliedAsync(last, Limit));
        await AssertWrittenOnceAsync(rounds * 500);
    }

    [Fact]
    public async Task Run_CommitWhoseAnswerWasLost_IsNotRepeated()
    {
        // What such a commit leaves: rows and position are there, the worker does not know.
        Settle(2);
        var position = new JournalPosition(Node, 1, 0);
        Start();
        Assert.True(await _worker.WaitForAppliedAsync(2, Limit));
        await using var writer = new UsageRecordWriter(_source);
        var unseen = _books.Record(_customer, _wallet, 1);
        await writer.WriteAsync([unseen], position with { Sequence = 2 }, 3, CancellationToken.None);

        _journal.Settle(unseen);
        var last = Settle(1);

        Assert.True(await _worker.WaitForAppliedAsync(last, Limit));
        await AssertWrittenOnceAsync(4);
    }

    [Fact]
    public async Task Run_ServerStopsAndComesBack_CatchesUp()
    {
        Start();
        Assert.True(await _worker.WaitForAppliedAsync(Settle(10), Limit));

        await server.StopAsync();
        var last = Settle(10);
        while (_worker.LastError is null)
        {
            await Task.Yield();
        }

        await server.RestartAsync();

        Assert.True(await _worker.WaitForAppliedAsync(last, Limit));
        Assert.Null(_worker.LastError);
        await AssertWrittenOnceAsync(20);
    }

    [Fact]
    public async Task Run_NewerProcess_EndsTheOlder()
    {
        Start();
        Assert.True(await _worker.WaitForAppliedAsync(Settle(1), Limit));
        await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);

        Settle(1);

        await Assert.ThrowsAsync<FencedException>(() => _running.WaitAsync(Limit));
        Assert.Equal(-1, await _books.PostedAsync(_wallet));
    }

    [Fact]
    public async Task Run_RecordsThatPostgresRefuses_ArePutAsideAlone()
    {
        Settle(50);
        var orphan = _books.Record(_customer, 999_999, 1);
        var stranger = _books.Record(_customer, _wallet, 1);
        stranger.MerchantId = Guid.Parse("00000000-0000-0000-0000-00000000000a");
        var twin = _books.Record(_customer, _wallet, 1);
        (twin.Reported, twin.RequestId) = (true, SettledReport().RequestId);
        long[] refused = [_journal.Settle(orphan), Settle(30) - 29, _journal.Settle(stranger), _journal.Settle(twin)];
        var last = _journal.Append(Entry(JournalRecordType.Reserve), []);

        Start();

        Assert.True(await _worker.WaitForAppliedAsync(last, Limit));
        await AssertWrittenOnceAsync(81);
        Assert.Equal(3, _worker.RejectedRecords);
        Assert.Equal(
            new[] { refused[0], refused[2], refused[3] },
            await _books.ScalarAsync<long[]>("select array_agg(sequence order by sequence) from rejected_records"));
        Assert.Equal(3m, await _books.ScalarAsync<decimal>("select sum(debit) from rejected_records where id is not null"));
    }

    [Fact]
    public async Task Run_PayloadThatIsNoRecord_IsPutAsideWhole()
    {
        Settle(2);
        byte[] payload = [0xFF, 0xFF, 0xFF, 0x7F];
        _journal.Append(Entry(JournalRecordType.Settle), payload);
        var last = Settle(1);

        Start();

        Assert.True(await _worker.WaitForAppliedAsync(last, Limit));
        await AssertWrittenOnceAsync(3);
        Assert.Equal(payload, await _books.ScalarAsync<byte[]>("select payload from rejected_records where sequence = 3"));
    }

    [Fact]
    public async Task Run_JournalEndsBeforeWhatPostgresHolds_Refuses()
    {
        await _books.ExecuteAsync("update journal_positions set sequence = 7");

        Start();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => _running.WaitAsync(Limit));
        Assert.Contains("not the same journal", exception.Message, StringComparison.Ordinal);
    }

    private static JournalEntry Entry(JournalRecordType type) => new(type, Guid.Empty, 1, new Money(1), new Money(1));

    private async Task<FlushWorker> NewWorkerAsync() => new(
        _journal,
        _source,
        await JournalPosition.TakeAsync(_source, Node, CancellationToken.None),
        _journal.Decode,
        TimeProvider.System);

    private void Start() => _running = _worker.RunAsync(_stopping.Token);

    // Calls that cost one unit each; the sequence of the last.
    private long Settle(int count)
    {
        var last = 0L;
        for (var i = 0; i < count; i++)
        {
            last = _journal.Settle(_books.Record(_customer, _wallet, 1));
        }

        return last;
    }

    private UsageRecord SettledReport()
    {
        var record = _books.Record(_customer, _wallet, 1);
        (record.Reported, record.RequestId) = (true, "run-1");
        _journal.Settle(record);
        return record;
    }

    private async Task AssertWrittenOnceAsync(int count)
    {
        Assert.Equal(count, await _books.ScalarAsync<long>("select count(*) from requests"));
        Assert.Equal(-count, await _books.PostedAsync(_wallet));
        Assert.Equal((0m, 0L), await _books.AuditAsync());
    }
}
