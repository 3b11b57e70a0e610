using System.Diagnostics;
using System.Text;
using Lava.Core;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>A journal in a directory of its own, with small segments.</summary>
internal sealed class JournalFixture : IDisposable
{
    // Takes the debits of all recoveries here, which nobody looks at: making a store takes longer than reading a small journal.
    private static readonly WalletStore Store = OpenStore();

    private readonly TempDirectory _directory = new();

    internal JournalOptions Options { get; set; }

    internal FaultyDisk Disk { get; } = new();

    internal List<Exception> Failures { get; } = [];

    internal JournalFixture(long segmentBytes = 4096, int ringBytes = 64 * 1024)
    {
        Options = new JournalOptions
        {
            Directory = _directory.Path,
            SegmentBytes = segmentBytes,
            SizeLimitBytes = 1 << 30,
            RingBytes = ringBytes,
        };
    }

    internal string Path => _directory.Path;

    internal string[] Segments => [.. Directory.GetFiles(Path, "*.journal").Order(StringComparer.Ordinal)];

    internal JournalWriter Open() => JournalWriter.Open(Options, Recover(), Failures.Add, Disk);

    internal RecoveryResult Recover(long applied = 0, List<(JournalEntry Entry, long Sequence, string Payload)>? tail = null) =>
        WalletRecovery.Recover(
            Path, applied, Store, (in entry, sequence, payload) => tail?.Add((entry, sequence, Encoding.UTF8.GetString(payload))));

    /// <summary>The payloads of all records, read by recovery.</summary>
    internal List<string> ReadAll()
    {
        var tail = new List<(JournalEntry, long, string Payload)>();
        Recover(0, tail);
        return tail.ConvertAll(record => record.Payload);
    }

    internal static JournalEntry Entry(JournalRecordType type, Guid holdId, long held = 10, long debit = 0, long wallet = 1) =>
        new(type, holdId, wallet, new Money(held), new Money(debit));

    internal static Guid Id(int number) => new(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    internal static long Append(JournalWriter writer, string payload, JournalRecordType type = JournalRecordType.Settle, int id = 0)
    {
        Assert.True(writer.TryAppend(Entry(type, Id(id)), Encoding.UTF8.GetBytes(payload), out var ticket));
        return ticket;
    }

    /// <summary>Lets the disk get full: from here on there is what is left of the active segment, and no other.</summary>
    internal async Task FillDisk(JournalWriter writer)
    {
        await Until(() => File.Exists(System.IO.Path.Combine(Path, "spare.tmp")));
        Disk.Full = true;
        for (var segments = Segments.Length; Segments.Length == segments;)
        {
            await AppendDurably(writer, [new string('s', 500)]);
        }

        await Until(() => !writer.AdmitsReserves);
    }

    /// <summary>The segments as they are now: what a killed process would leave.</summary>
    internal Dictionary<string, byte[]> Capture() => Segments.ToDictionary(path => path, File.ReadAllBytes);

    /// <summary>Puts captured segments in the place of those that are there.</summary>
    internal void Restore(Dictionary<string, byte[]> segments)
    {
        Array.ForEach(Segments, File.Delete);
        foreach (var (path, bytes) in segments)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    /// <summary>Ends a writer without the traces of a clean close.</summary>
    internal async Task Kill(JournalWriter writer)
    {
        var segments = Capture();
        await writer.DisposeAsync();
        Restore(segments);
    }

    /// <summary>Appends and waits, one by one: each record is a commit of its own.</summary>
    internal static async Task AppendDurably(JournalWriter writer, IEnumerable<string> payloads)
    {
        foreach (var payload in payloads)
        {
            await writer.WaitDurableAsync(Append(writer, payload));
        }
    }

    /// <summary>Waits for what another thread will do; the limit only ends a broken run.</summary>
    internal static async Task Until(Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(20), "It never came.");
            await Task.Yield();
        }
    }

    private static WalletStore OpenStore()
    {
        const int Wallets = 16;
        var store = new WalletStore(Wallets);
        for (var id = 0; id < Wallets; id++)
        {
            store.Open(id, Money.Zero, WalletBalance.NoFloor);
        }

        return store;
    }

    public void Dispose()
    {
        Disk.Release();
        _directory.Dispose();
    }
}
