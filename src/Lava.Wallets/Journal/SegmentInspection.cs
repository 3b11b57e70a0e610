namespace Lava.Wallets.Journal;

/// <summary>One segment: what can be read of it.</summary>
public sealed class SegmentInspection
{
    private readonly long[] _records = new long[(int)JournalRecordType.Progress + 1];

    internal SegmentInspection(string file, long firstSequence, long segmentBytes)
    {
        File = file;
        FirstSequence = firstSequence;
        LastSequence = firstSequence - 1;
        SegmentBytes = segmentBytes;
        UsedBytes = JournalFormat.HeaderBytes;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The number of its first record.</summary>
    public long FirstSequence { get; }

    /// <summary>The last readable one's; one less than the first where there is none.</summary>
    public long LastSequence { get; private set; }

    /// <summary>What it was made with; 0 where its header can't be read.</summary>
    public long SegmentBytes { get; }

    /// <summary>Where its last readable record ends.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>What its settlements take, 10⁻¹⁰ USD. In 128 bits: a sum over many may leave the range of money.</summary>
    public Int128 Debits { get; private set; }

    /// <summary>Readable records of a type.</summary>
    public long Count(JournalRecordType type) => _records[(int)type];

    internal void Add(in JournalEntry entry, long sequence, long endOffset)
    {
        _records[(int)entry.Type]++;
        LastSequence = sequence;
        UsedBytes = endOffset;
        if (entry.Type == JournalRecordType.Settle)
        {
            Debits += entry.Debit.Units;
        }
    }
}
