using System.Buffers;
using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Hosting;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Benchmarks.Postgres;

/// <summary>
/// What a start waits for before the first call: a million customers with a wallet each out of PostgreSQL, then a million records of
/// the journal that PostgreSQL has not seen, half of them settlements.
/// </summary>
[WarmupCount(1)]
[IterationCount(3)]
[InvocationCount(1)]
public class StartupBenchmark
{
    private const int Customers = 1_000_000;
    private const int Calls = 500_000;
    private const int Node = 1;
    private readonly string _directory = Directory.CreateTempSubdirectory("lava-bench-").FullName;
    private readonly string _journal = Directory.CreateTempSubdirectory("lava-bench-").FullName;
    private PrivateCluster _cluster = null!;
    private Database _database = null!;

    // Not async: BenchmarkDotNet's in-process toolchain does not wait for a set-up's task.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public long Start() => StartAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup() => CleanupAsync().GetAwaiter().GetResult();

    private async Task<long> StartAsync()
    {
        using var wallets = new WalletStore(2 * Customers);
        var recovery = await Recovery.RunAsync(
            _database, Node, _journal, PriceBook.Empty, wallets, new MeterPositions(), TimeProvider.System, CancellationToken.None);
        return wallets.Count == Customers + 1 && recovery.State.Accounts.Customers.Count == Customers
            ? recovery.Journal.TailRecords
            : throw new InvalidOperationException($"{wallets.Count} wallets, {recovery.State.Accounts.Customers.Count} customers.");
    }

    private async Task SetupAsync()
    {
        _cluster = await PrivateCluster.StartAsync(
            new PrivateClusterOptions { DataDirectory = _directory }, TimeProvider.System, CancellationToken.None);
        _database = await Database.OpenAsync(_cluster.ConnectionString, _directory, _ => { }, TimeProvider.System, CancellationToken.None);
        await using var source = PostgresDataSource.Create(_cluster.ConnectionString);
        var books = await Books.OpenAsync(source);
        await FillAsync(source, books.MerchantId);
        var customers = await ReadAsync(source);
        await using var writer = JournalWriter.Open(
            new JournalOptions { Directory = _journal, NodeId = Node }, RecoveryResult.Empty(),
            error => Environment.FailFast(error.Message));
        var payload = new ArrayBufferWriter<byte>();
        for (var i = 0; i < Calls; i++)
        {
            // All over the store, as calls come in.
            var (customer, wallet) = customers[(int)(i * 7_919L % customers.Count)];
            await AppendAsync(writer, books.Record(customer, wallet, 1_000), payload);
        }
    }

    private static async Task FillAsync(NpgsqlDataSource source, Guid merchant)
    {
        await using var command = source.CreateCommand(
            $"""
            with w as (
              insert into wallets (merchant_id, kind, floor) select $1, 0, 0 from generate_series(1, {Customers}) returning wallet_id
            )
            insert into customers (customer_id, merchant_id, wallet_id, reference_id)
            select gen_random_uuid(), $1, wallet_id, 'user-' || wallet_id from w
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = merchant });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<(Guid Id, long Wallet)>> ReadAsync(NpgsqlDataSource source)
    {
        var customers = new List<(Guid, long)>(Customers);
        await using var command = source.CreateCommand("select customer_id, wallet_id from customers order by wallet_id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            customers.Add((reader.GetGuid(0), reader.GetInt64(1)));
        }

        return customers;
    }

    private static async Task AppendAsync(JournalWriter writer, UsageRecord record, ArrayBufferWriter<byte> payload)
    {
        record.MeterId = record.MerchantId;
        payload.ResetWrittenCount();
        UsageRecordCodec.Encode(record, payload);
        var reserve = new JournalEntry(JournalRecordType.Reserve, record.Id, record.WalletId, record.Held, Money.Zero);
        while (!writer.TryAppend(reserve, payload.WrittenSpan[..60], out _))
        {
            await writer.WaitForMoreAsync(writer.DurableSequence, CancellationToken.None);
        }

        writer.TryAppend(reserve with { Type = JournalRecordType.Settle, Debit = record.Debit }, payload.WrittenSpan, out _);
    }

    private async Task CleanupAsync()
    {
        await _database.DisposeAsync();
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        Directory.Delete(_journal, recursive: true);
    }
}
