namespace Lava.Wallets.Journal;

/// <summary>What a journal directory says of itself. See <see cref="JournalInspector"/>.</summary>
public sealed record JournalInspection
{
    /// <summary>The server that wrote it; null where no header can be read.</summary>
    public int? NodeId { get; internal init; }

    /// <summary>Random, the same in all its segments; null where no header can be read.</summary>
    public Guid? JournalId { get; internal init; }

    /// <summary>The oldest record's number, or the next one's where there is none.</summary>
    public long OldestSequence { get; internal init; }

    /// <summary>The last number that a server would go on from: before the damage, where there is one.</summary>
    public long LastSequence { get; internal init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SegmentInspection> Segments { get; internal init; } = [];

    /// <summary>Calls without an end in any readable record, in the order of their RESERVE.</summary>
    public IReadOnlyList<OpenHold> OpenHolds { get; internal init; } = [];

    /// <summary>How it ends.</summary>
    public JournalEnd End { get; internal init; }

    /// <summary>Where the records before the end or the damage end, in the last segment with such.</summary>
    public long EndOffset { get; internal init; }

    /// <summary>Only with <see cref="JournalEnd.Damaged"/>.</summary>
    public JournalDamage? Damage { get; internal init; }
}
