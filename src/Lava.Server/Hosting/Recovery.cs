using Lava.Gateway.Limits;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>Rebuilds what is kept in memory: the database as it stands, and the journal's tail on top of it.</summary>
internal sealed class Recovery
{
    private readonly MeterPositions _positions;
    private readonly List<(UsageRecord Record, long Sequence)> _reports = [];
    private readonly List<UsageRecord> _jobs = [];
    private readonly CancellationToken _cancellationToken;

    private Recovery(WalletStore wallets, MeterPositions positions, CancellationToken cancellationToken)
    {
        Wallets = wallets;
        _positions = positions;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The live wallets.</summary>
    public WalletStore Wallets { get; }

    /// <summary>Accounts, meters, and the last journal record that the database held.</summary>
    public LoadedState State { get; private set; } = null!;

    /// <summary>Where the journal ended.</summary>
    public RecoveryResult Journal { get; private set; } = null!;

    /// <summary>What is used of hard limits.</summary>
    public LimitCounters Limits { get; } = new();

    /// <summary>Where the flusher goes on.</summary>
    public JournalPosition Position { get; private set; }

    /// <summary>Reports in the tail, for the index of request ids.</summary>
    public IReadOnlyList<(UsageRecord Record, long Sequence)> Reports => _reports;

    /// <summary>What the tail says of asynchronous jobs, in order.</summary>
    public IReadOnlyList<UsageRecord> Jobs => _jobs;

    public static async Task<Recovery> RunAsync(
        Database database, int nodeId, string journal, PriceBook prices, WalletStore wallets, MeterPositions positions, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var recovery = new Recovery(wallets, positions, cancellationToken);

        // First the fence: from here on no older process of this node can move the position or a balance.
        recovery.Position = await database.TakePositionAsync(nodeId, cancellationToken);
        recovery.State = await database.LoadAsync(
            nodeId, prices, BillingCycle.StartOf(time.GetUtcNow()), new LiveState(wallets, positions, recovery.Limits),
            cancellationToken);
        recovery.Journal = WalletRecovery.Recover(journal, recovery.State.AppliedSequence, wallets, recovery.OnTail);
        return recovery;
    }

    private void OnTail(in JournalEntry entry, long sequence, ReadOnlySpan<byte> payload)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (entry.Type != JournalRecordType.Settle)
        {
            return;
        }

        var record = UsageRecordCodec.Decode(payload);
        Limits.Count(record);
        if (record is { CustomerId: { } customer, MeterId: { } meter, Units: > 0 })
        {
            _positions.Advance(customer, meter, record.CycleStart, record.Units);
        }

        if (record.Job != JobState.None)
        {
            _jobs.Add(record);
        }

        if (record.Reported)
        {
            _reports.Add((record, sequence));
        }
    }
}
