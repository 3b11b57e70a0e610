using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Benchmarks.Wallets;

/// <summary>
/// Durable appends: each writer waits for its record before it appends the next. The percentiles of the waits are printed at the end.
/// The temporary directory must be on a real disk.
/// </summary>
[MemoryDiagnoser]
public class JournalAppendBenchmark
{
    private const int Records = 20_000;
    private readonly long[] _ticks = new long[Records];
    private readonly byte[] _payload = new byte[200];
    private string _directory = "";
    private JournalWriter _writer = null!;

    [Params(1, 16, 256)]
    public int Writers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _directory = Directory.CreateTempSubdirectory("lava-bench-").FullName;
        var options = new JournalOptions { Directory = _directory };
        _writer = JournalWriter.Open(options, RecoveryResult.Empty(), error => Environment.FailFast(error.Message));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        Waits.Keep($"{nameof(JournalAppendBenchmark)} {nameof(Writers)}={Writers}", _ticks);
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Records)]
    [BenchmarkCategory(Figures.Category)]
    [Throughput("records", 1)]
    public Task AppendDurably()
    {
        var tasks = new Task[Writers];
        for (var i = 0; i < Writers; i++)
        {
            var first = i;
            tasks[i] = Task.Run(() => Run(first));
        }

        return Task.WhenAll(tasks);
    }

    private async Task Run(int first)
    {
        var entry = new JournalEntry(JournalRecordType.Settle, Guid.Empty, 1, Money.Zero, new Money(1));
        for (var i = first; i < Records; i += Writers)
        {
            var start = Stopwatch.GetTimestamp();
            _writer.TryAppend(entry, _payload, out var ticket);
            await _writer.WaitDurableAsync(ticket);
            _ticks[i] = Stopwatch.GetTimestamp() - start;

            // What PostgreSQL's flusher does in the server: the disk does not fill up.
            if (i % 10_000 == 0)
            {
                _writer.Confirm(_writer.DurableSequence);
            }
        }
    }
}
