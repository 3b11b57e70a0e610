namespace Lava.Wallets.Journal;

/// <summary>A segment that a cut makes: a header, and the bytes of records out of another one.</summary>
internal sealed record CutSegment(string Path, SegmentHeader Header, ReadOnlyMemory<byte> Records)
{
    /// <summary>Replaces a damaged segment by its sound part.</summary>
    internal static CutSegment Before(JournalDamage damage)
    {
        var bytes = File.ReadAllBytes(damage.File);
        var header = SegmentFile.ReadHeader(damage.File, bytes);
        return new CutSegment(damage.File, header, bytes.AsMemory(JournalFormat.HeaderBytes..(int)damage.Offset));
    }

    /// <summary>Begins with the first record that PostgreSQL does not have; whatever follows it follows here too, as it is.</summary>
    internal static CutSegment Behind(CutSearch.Place next, string directory, JournalInspection journal, JournalOptions options)
    {
        var records = File.ReadAllBytes(next.File).AsMemory((int)next.Offset..);
        var id = journal.JournalId!.Value;
        if (!RecordHeader.TryRead(records.Span, JournalFormat.Seed(id), out var first))
        {
            throw new JournalException($"The journal {next.File} changed while it was read.");
        }

        var bytes = Math.Max(options.SegmentBytes, JournalFormat.HeaderBytes + records.Length);
        var identity = new JournalIdentity(id, journal.NodeId!.Value);
        var header = SegmentHeader.Create(identity, first.Sequence, first.Previous, bytes);
        return new CutSegment(JournalFormat.SegmentPath(directory, first.Sequence), header, records);
    }

    /// <summary>The first of a new journal.</summary>
    internal static CutSegment Empty(string directory, JournalIdentity identity, long firstSequence, long bytes)
    {
        var header = SegmentHeader.Create(identity, firstSequence, JournalFormat.Seed(identity.JournalId), bytes);
        return new CutSegment(JournalFormat.SegmentPath(directory, firstSequence), header, default);
    }
}
