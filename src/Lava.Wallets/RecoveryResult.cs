using Lava.Wallets.Journal;

namespace Lava.Wallets;

/// <summary>What the journal said at start, and what <see cref="JournalWriter"/> goes on from.</summary>
public sealed class RecoveryResult
{
    internal RecoveryResult()
    {
    }

    /// <summary>The last record's number.</summary>
    public long LastSequence { get; internal init; }

    /// <summary>The oldest record's number, or the next one's where there is none.</summary>
    public long OldestSequence { get; internal init; }

    /// <summary>Records after the applied one.</summary>
    public long TailRecords { get; internal init; }

    /// <summary>The server that wrote the journal; null for an empty directory.</summary>
    public int? NodeId => Identity?.NodeId;

    /// <summary>Calls without an end, in the order of their RESERVE. Their holds are not in the live wallets.</summary>
    public IReadOnlyList<OpenHold> OpenHolds { get; internal init; } = [];

    internal JournalIdentity? Identity { get; init; }

    internal uint Chain { get; init; }

    internal List<JournalSegment> Segments { get; init; } = [];

    internal Dictionary<Guid, JournalSegment> Holds { get; init; } = [];

    /// <summary>Where the last segment's last commit begins: of all before it a later record says that it was synced.</summary>
    internal long LastCommitOffset { get; init; }

    /// <summary>Where the last segment's records end.</summary>
    internal long EndOffset { get; init; }

    /// <summary>What the last segment was made for.</summary>
    internal long LastSegmentBytes { get; init; }

    /// <summary>
    /// A new journal, whose first record follows <paramref name="lastSequence"/>: 0, or PostgreSQL's position when the old journal is lost.
    /// </summary>
    public static RecoveryResult Empty(long lastSequence = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lastSequence);
        return new RecoveryResult { LastSequence = lastSequence, OldestSequence = lastSequence + 1 };
    }
}
