namespace Lava.Wallets.Journal;

/// <summary>Reads a damaged journal once for a cut.</summary>
internal sealed class CutSearch
{
    private CutSearch(JournalInspection inspection, Place? next, long lastReadable, HashSet<Guid> later)
    {
        Inspection = inspection;
        Next = next;
        LastReadable = lastReadable;
        Later = later;
    }

    internal JournalInspection Inspection { get; }

    /// <summary>The first record that PostgreSQL does not have, if it stands readable behind the damage.</summary>
    internal Place? Next { get; }

    internal long LastReadable { get; }

    /// <summary>Calls of which a record after PostgreSQL's position speaks: as many as its lag, at most what a journal holds.</summary>
    internal HashSet<Guid> Later { get; }

    internal static CutSearch Read(string directory, long applied)
    {
        var inspector = new JournalInspector(directory);
        var later = new HashSet<Guid>();
        Place? next = null;
        long last = 0;
        while (inspector.TryRead(out var record))
        {
            last = record.Sequence;
            if (record.Sequence > applied)
            {
                later.Add(record.Entry.HoldId);
            }

            if (record.Sequence == applied + 1 && record.IsBehindDamage)
            {
                next = new Place(record.File, record.Offset);
            }
        }

        return new CutSearch(inspector.ToInspection(), next, last, later);
    }

    internal readonly record struct Place(string File, long Offset);
}
