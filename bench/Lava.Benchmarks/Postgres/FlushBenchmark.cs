using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Benchmarks.Postgres;

/// <summary>
/// One flush, durable, against a private PostgreSQL: rows, two ledger entries each, balances, grants, meter positions, sums by quarter.
/// The records are spread over 1,000 customers, each with a grant.
/// </summary>
[WarmupCount(2)]
[IterationCount(8)]
[InvocationCount(1)]
public class FlushBenchmark
{
    private const int Customers = 1_000;
    private const int MaxRecords = 40_000;
    private readonly string _directory = Directory.CreateTempSubdirectory("lava-bench-").FullName;
    private readonly Guid _meter = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private readonly List<UsageRecord> _records = [];
    private PrivateCluster _cluster = null!;
    private NpgsqlDataSource _source = null!;
    private UsageRecordWriter _writer = null!;
    private JournalPosition _position;

    [Params(1_000, 5_000, MaxRecords)]
    public int Records { get; set; }

    // Not async: BenchmarkDotNet's in-process toolchain does not wait for a set-up's task.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        _cluster = await PrivateCluster.StartAsync(
            new PrivateClusterOptions { DataDirectory = _directory }, TimeProvider.System, CancellationToken.None);
        _source = PostgresDataSource.Create(_cluster.ConnectionString);
        await new Migrator(_source).ApplyAsync(CancellationToken.None);
        var books = await Books.OpenAsync(_source);
        var customers = new (Guid Id, long WalletId)[Customers];
        for (var i = 0; i < Customers; i++)
        {
            customers[i] = await books.AddCustomerAsync();
            await books.AddGrantAsync(customers[i].Id, customers[i].WalletId, Money.FromDollars(1_000).Units);
        }

        // As calls come in: customers take turns. Every batch has records of all of them, whatever its size and iteration.
        for (var i = 0; i < MaxRecords; i++)
        {
            var (customer, wallet) = customers[i % Customers];
            var record = books.Record(customer, wallet, 1_000_000);
            record.MeterId = _meter;
            _records.Add(record);
        }

        _position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
        _writer = new UsageRecordWriter(_source);
    }

    [IterationSetup]
    public void NewCalls()
    {
        // They end one after another: what knows entries by their time gets them in its order.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
        foreach (var record in _records)
        {
            record.Id = Ids.New(TimeProvider.System);
            record.RequestId = Ids.Format(IdPrefix.Request, test: true, record.Id);
            record.CreatedAtMicros = now;
            record.CompletedAtMicros = ++now;
        }
    }

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("rows", 0, Parameter = nameof(Records))]
    public async Task Flush() => _position = await _writer.WriteAsync(
        _records.GetRange(0, Records), _position, _position.Sequence + Records, CancellationToken.None);

    [GlobalCleanup]
    public void Cleanup() => CleanupAsync().GetAwaiter().GetResult();

    private async Task CleanupAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
