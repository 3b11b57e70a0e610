using Lava.Core;
using Lava.Tests.Wallets.Journal;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets;

/// <summary>
/// Live wallets and a journal, in the order in which a server uses them, over a PostgreSQL that is a row of balances and a position.
/// </summary>
internal sealed class WalletNode : IDisposable
{
    private readonly JournalFixture _fixture = new() { Disk = { SkipsSync = true } };
    private readonly (Money Posted, Money Floor)[] _rows;

    // A segment of 4 KiB holds about a dozen records.
    private readonly byte[] _payload = new byte[250];
    private WalletStore _store = null!;
    private JournalWriter _writer = null!;
    private long _applied;

    internal WalletNode(params WalletBalance[] wallets)
    {
        _rows = Array.ConvertAll(wallets, static wallet => (wallet.Posted, wallet.Floor));
        Start();
    }

    internal long OpenHolds => _writer.OpenHolds;

    internal int Segments => _fixture.Segments.Length;

    internal Money PostgresPosted(int wallet) => _rows[wallet].Posted;

    internal WalletBalance Read(int wallet)
    {
        Assert.True(_store.TryRead(wallet, out var balance));
        return balance;
    }

    /// <summary>Takes money, then writes down what the call holds in all.</summary>
    internal WalletOutcome Reserve(int wallet, Guid call, long amount, long held, long used)
    {
        var outcome = _store.Reserve(wallet, new Money(amount), out _);
        if (outcome == WalletOutcome.Done)
        {
            Append(used == 0 && held == amount ? JournalRecordType.Reserve : JournalRecordType.Progress, wallet, call, held, used);
        }

        return outcome;
    }

    internal void Use(int wallet, Guid call, long held, long used) => Append(JournalRecordType.Progress, wallet, call, held, used);

    internal void End(int wallet, Guid call, long held, long debit)
    {
        Append(debit == 0 ? JournalRecordType.Void : JournalRecordType.Settle, wallet, call, held, debit);
        Assert.Equal(WalletOutcome.Done, _store.Settle(wallet, new Money(held), new Money(debit), out _));
    }

    internal void Credit(int wallet, long amount)
    {
        _rows[wallet].Posted += new Money(amount);
        Assert.Equal(WalletOutcome.Done, _store.Credit(wallet, new Money(amount), out _));
    }

    internal void SetFloor(int wallet, Money floor)
    {
        _rows[wallet].Floor = floor;
        Assert.Equal(WalletOutcome.Done, _store.SetFloor(wallet, floor, out _));
    }

    internal void Flush(int records)
    {
        using var reader = JournalReader.Open(_fixture.Path, _applied);
        var upTo = Math.Min(_writer.DurableSequence, _applied + records);
        while (reader.TryRead(upTo, out var entry, out var sequence, out _))
        {
            Assert.Equal(++_applied, sequence);
            if (entry.Type == JournalRecordType.Settle)
            {
                _rows[entry.WalletId].Posted -= entry.Debit;
            }
        }

        _writer.Confirm(_applied);
    }

    internal void Restart(bool killed)
    {
        Await(killed ? _fixture.Kill(_writer) : _writer.DisposeAsync().AsTask());
        _store.Dispose();
        Start();
    }

    public void Dispose()
    {
        Await(_writer.DisposeAsync().AsTask());
        _store.Dispose();
        _fixture.Dispose();
        Assert.Empty(_fixture.Failures);
    }

    private void Start()
    {
        _store = new WalletStore(_rows.Length);
        for (var wallet = 0; wallet < _rows.Length; wallet++)
        {
            _store.Open(wallet, _rows[wallet].Posted, _rows[wallet].Floor);
        }

        var recovered = WalletRecovery.Recover(_fixture.Path, _applied, _store, static (in _, _, _) => { });
        _writer = JournalWriter.Open(_fixture.Options, recovered, _fixture.Failures.Add, _fixture.Disk);
        foreach (var (entry, _) in recovered.OpenHolds)
        {
            Append(JournalRecordType.Settle, (int)entry.WalletId, entry.HoldId, entry.Held.Units, entry.Debit.Units);
            _store.Settle(entry.WalletId, Money.Zero, entry.Debit, out _);
        }
    }

    private void Append(JournalRecordType type, int wallet, Guid call, long held, long debit)
    {
        var entry = new JournalEntry(type, call, wallet, new Money(held), new Money(debit));
        Assert.True(_writer.TryAppend(entry, _payload, out var ticket));
        Await(_writer.WaitDurableAsync(ticket).AsTask());
    }

    // A property is a plain function.
    private static void Await(Task task) => task.GetAwaiter().GetResult();
}
