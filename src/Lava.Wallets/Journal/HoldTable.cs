namespace Lava.Wallets.Journal;

/// <summary>
/// Which holds are open, and in which segment the last record of each stands: its PROGRESS, else its RESERVE. Changed by the writer
/// thread alone, after a commit.
/// </summary>
internal sealed class HoldTable(Dictionary<Guid, JournalSegment> holds)
{
    private int _count = holds.Count;

    internal int Count => Volatile.Read(ref _count);

    internal void Track(JournalRecordType type, Guid holdId, JournalSegment segment)
    {
        switch (type)
        {
            case JournalRecordType.Reserve when holds.TryAdd(holdId, segment):
                segment.OpenHolds++;
                break;

            // It stands for the RESERVE from now on: the older segment may go.
            case JournalRecordType.Progress when holds.Remove(holdId, out var earlier):
                earlier.OpenHolds--;
                segment.OpenHolds++;
                holds.Add(holdId, segment);
                break;

            // A usage report settles without a hold.
            case JournalRecordType.Settle or JournalRecordType.Void when holds.Remove(holdId, out var reserved):
                reserved.OpenHolds--;
                break;
        }

        Volatile.Write(ref _count, holds.Count);
    }
}
