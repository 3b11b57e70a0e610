namespace Lava.Wallets.Journal;

/// <summary>Where a journal is damaged, and what can still be read behind it.</summary>
/// <param name="File">The segment.</param>
/// <param name="Offset">Where the first bad record stands, or would stand.</param>
/// <param name="Sequence">Its number: everything before it is readable.</param>
/// <param name="Reason">What is wrong, as the server says it when it refuses to start.</param>
public sealed record JournalDamage(string File, long Offset, long Sequence, string Reason)
{
    /// <summary>The segment with the next readable record; null where there is none.</summary>
    public string? NextFile { get; internal set; }

    /// <summary>Where in it.</summary>
    public long NextOffset { get; internal set; }

    /// <summary>The next readable record's number; those from <see cref="Sequence"/> to the one before it are lost.</summary>
    public long NextSequence { get; internal set; }

    /// <summary>How many records can be read behind the damage.</summary>
    public long ReadableBehind { get; internal set; }
}
