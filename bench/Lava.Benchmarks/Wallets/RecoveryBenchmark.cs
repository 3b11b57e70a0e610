using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Benchmarks.Wallets;

/// <summary>Reading a journal at start: half a million calls, a RESERVE and a SETTLE each.</summary>
public class RecoveryBenchmark
{
    private const int Calls = 500_000;
    private const int Wallets = 100_000;
    private string _directory = "";
    private WalletStore _store = null!;

    // Not async: BenchmarkDotNet's in-process toolchain does not wait for a set-up's task.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        _directory = Directory.CreateTempSubdirectory("lava-bench-").FullName;
        _store = new WalletStore(Wallets);
        for (var id = 0; id < Wallets; id++)
        {
            _store.Open(id, Money.Zero, WalletBalance.NoFloor);
        }

        await using var writer = JournalWriter.Open(
            new JournalOptions { Directory = _directory }, RecoveryResult.Empty(), error => Environment.FailFast(error.Message));
        var payload = new byte[200];
        for (var i = 0; i < Calls; i++)
        {
            var hold = new Guid(i, 0, 0, new byte[8]);
            var wallet = i % Wallets;
            var reserve = new JournalEntry(JournalRecordType.Reserve, hold, wallet, new Money(5), Money.Zero);
            while (!writer.TryAppend(reserve, payload.AsSpan(0, 60), out _))
            {
                await writer.WaitForMoreAsync(writer.DurableSequence, CancellationToken.None);
            }

            writer.TryAppend(reserve with { Type = JournalRecordType.Settle, Debit = new Money(3) }, payload, out _);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = 2 * Calls)]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("records", 1)]
    public long Recover() => WalletRecovery.Recover(_directory, 0, _store, static (in _, _, _) => { }).TailRecords;
}
