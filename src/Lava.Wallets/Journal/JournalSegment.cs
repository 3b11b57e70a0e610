namespace Lava.Wallets.Journal;

/// <summary>One file of the journal, as the running server knows it.</summary>
internal sealed class JournalSegment(string path, long firstSequence)
{
    private int _openHolds;

    internal string Path { get; } = path;

    internal long FirstSequence { get; } = firstSequence;

    /// <summary>Set when it is closed; before, the active segment's is unknown here.</summary>
    internal long LastSequence { get; set; } = long.MaxValue;

    /// <summary>Bytes with records in them; set when it is closed.</summary>
    internal long Bytes { get; set; }

    /// <summary>Holds without an end whose last record stands here. Written by the writer thread, read by whoever confirms.</summary>
    internal int OpenHolds
    {
        get => Volatile.Read(ref _openHolds);
        set => Volatile.Write(ref _openHolds, value);
    }
}
