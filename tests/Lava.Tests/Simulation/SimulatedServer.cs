using System.Buffers;
using Lava.Billing.Credits;
using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>
/// One life of the server: the real wallets, journal, recovery, flusher, grants and expiry over the simulated outside. Starts as
/// ServerNode does. Nothing runs by itself: each method is one step.
/// </summary>
internal sealed class SimulatedServer
{
    public const string Directory = "/journal";

    private readonly World _world;
    private readonly SimulatedPostgres _postgres;
    private readonly JournalHistory _history;
    private readonly ArrayBufferWriter<byte> _encoded = new(1024);
    private SpareSegment _spare = null!;
    private int _uncommitted;

    public SimulatedServer(
        World world, SimulatedDisk disk, SimulatedPostgres postgres, JournalHistory history, JournalOptions options, WalletStore wallets,
        Func<Guid, bool> isPoison)
    {
        Wallets = wallets;
        _world = world;
        _postgres = postgres;
        _history = history;
        Options = options;
        var position = SimulatedFlushTarget.Take(postgres);
        var applied = postgres.Read("load", Load);
        var recovered = WalletRecovery.Recover(Directory, applied, Wallets, OnTail, disk);
        world.Trace.Add("recovered", applied, recovered.LastSequence);
        history.CutOff(recovered.LastSequence);
        Journal = JournalWriter.OpenStepped(options, recovered, JournalFailed, disk, spare => _spare = spare);
        EndInterrupted(recovered.OpenHolds);
        Flusher = new FlushWorker(
            new SimulatedJournalSource(Directory, Journal, disk), new SimulatedFlushTarget(postgres, isPoison), position,
            UsageRecordCodec.Decode, world.Time);
        var grants = new SimulatedGrantStore(postgres, position, world.Time);
        Grants = new CreditGrants(grants, Wallets);
        Expiry = new CreditExpiry(grants, Wallets, world.Time);
    }

    public JournalOptions Options { get; }

    public WalletStore Wallets { get; }

    public JournalWriter Journal { get; }

    public FlushWorker Flusher { get; }

    public CreditGrants Grants { get; }

    public CreditExpiry Expiry { get; }

    /// <summary>Reports by the caller's id, from when they are begun until PostgreSQL has them: with their record's number then.</summary>
    public Dictionary<string, long> Reports { get; } = [];

    /// <summary>Appends a record of a call; false: refused.</summary>
    public bool TryAppend(JournalRecordType type, SimulatedCall call)
    {
        _world.Point("append");
        call.Record.Held = call.Held;
        _encoded.ResetWrittenCount();
        if (type != JournalRecordType.Void)
        {
            UsageRecordCodec.Encode(call.Record, _encoded);
        }

        var debit = type is JournalRecordType.Settle or JournalRecordType.Progress ? call.Record.Debit : Money.Zero;
        var entry = new JournalEntry(type, call.Id, call.Wallet, call.Held, debit);
        if (!TryAppend(entry, _encoded.WrittenSpan, out var ticket))
        {
            return false;
        }

        call.Sequence = _history.Last;
        call.Durable = Journal.WaitDurableAsync(ticket);
        _world.Point("appended");
        return true;
    }

    /// <summary>Is the call's last record durable? Then the client may be told so.</summary>
    public bool IsDurable(SimulatedCall call)
    {
        if (!call.Durable.IsCompleted)
        {
            return false;
        }

        call.Durable.GetAwaiter().GetResult();
        call.Durable = default;
        _history.Tell(call.Sequence);
        return true;
    }

    public void Commit()
    {
        _uncommitted = 0;
        Journal.TryStep();
        ThrowIfDown();
    }

    public void MakeSpare()
    {
        _spare.TryMake();
        ThrowIfDown();
    }

    public FlushStep Flush() => Flusher.StepAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>A stop in order: what was appended is written.</summary>
    public void Stop()
    {
        Journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        ThrowIfDown();
    }

    private long Load()
    {
        foreach (var (wallet, floor) in _postgres.Tables.Floors)
        {
            Open(wallet, _postgres.Tables.Posted[wallet], floor);
        }

        return _postgres.Tables.Sequence;
    }

    // As new: making a store would take more time than all the rest of a run.
    private void Open(long wallet, Money posted, Money floor)
    {
        if (!Wallets.Open(wallet, posted, floor) && Wallets.TryRead(wallet, out var old))
        {
            Wallets.Release(wallet, old.Reserved, out _);
            Wallets.Credit(wallet, posted - old.Posted, out _);
            Wallets.SetFloor(wallet, floor, out _);
        }
    }

    private void OnTail(in JournalEntry entry, long sequence, ReadOnlySpan<byte> payload)
    {
        _history.CheckSame(sequence, entry);
        if (entry.Type == JournalRecordType.Settle && UsageRecordCodec.Decode(payload) is { Reported: true } record)
        {
            Reports.Add(record.RequestId, sequence);
        }
    }

    // What InterruptedCalls does: one SETTLE with what was used until the last PROGRESS.
    private void EndInterrupted(IReadOnlyList<OpenHold> holds)
    {
        foreach (var (entry, payload) in holds)
        {
            _world.Point("end interrupted");
            _world.Trace.Add("interrupted", _history.Last + 1, entry.Debit.Units);
            var record = UsageRecordCodec.Decode(payload.Span);
            record.Debit = entry.Debit;
            _encoded.ResetWrittenCount();
            UsageRecordCodec.Encode(record, _encoded);
            TryAppend(entry with { Type = JournalRecordType.Settle }, _encoded.WrittenSpan, out _);
        }

        Commit();
        _history.Tell(_history.Last);
        foreach (var (entry, _) in holds)
        {
            Wallets.Settle(entry.WalletId, Money.Zero, entry.Debit, out _);
        }
    }

    private bool TryAppend(in JournalEntry entry, ReadOnlySpan<byte> payload, out long ticket)
    {
        // Here the one thread would wait for itself: room for this record, and for the gap that a lap may end with.
        var bytes = 2 * JournalFormat.Align(JournalFormat.HeaderBytes + payload.Length);
        if (entry.Type != JournalRecordType.Reserve && _uncommitted + bytes > Options.RingBytes)
        {
            Commit();
        }

        if (!Journal.TryAppend(entry, payload, out ticket))
        {
            return false;
        }

        _uncommitted += bytes;
        _history.Add(entry);
        return true;
    }

    private void JournalFailed(Exception cause)
    {
        if (cause is not (IOException or JournalException or SimulatedCrashException))
        {
            throw new SimulationFailedException("The writer ended: " + cause.Message, cause);
        }

        _world.Trace.Add("journal failed");
        _world.Kill();
    }

    private void ThrowIfDown()
    {
        if (_world.IsDown)
        {
            throw new SimulatedCrashException();
        }
    }
}
