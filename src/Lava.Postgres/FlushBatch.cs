using Lava.Wallets.Journal;

namespace Lava.Postgres;

/// <summary>What one transaction takes from the journal: its settlements as rows, and where it ends.</summary>
internal sealed class FlushBatch(IJournalSource source, UsageRecordDecoder decode)
{
    /// <summary>The settlements.</summary>
    public UsageRecordBatch Rows { get; } = new();

    /// <summary>The last journal record in it, settlement or not.</summary>
    public long LastSequence { get; private set; }

    /// <summary>The record that stands in first place and can't be read; the batch is empty then.</summary>
    public RejectedRecord? Unreadable { get; private set; }

    /// <summary>The journal record of a row.</summary>
    public long SequenceOf(int row) => Rows.Facts(row, 1)[0].Sequence;

    /// <summary>How many of some rows come up to a journal record.</summary>
    public int CountUntil(long sequence, int first, int count)
    {
        var rows = 0;
        while (rows < count && SequenceOf(first + rows) <= sequence)
        {
            rows++;
        }

        return rows;
    }

    /// <summary>Continues after a record.</summary>
    public void Seek(long sequence)
    {
        source.Seek(sequence);
        LastSequence = sequence;
    }

    /// <summary>Reads what is durable, up to the limits; false: nothing.</summary>
    public bool TryFill()
    {
        Rows.Clear();
        Unreadable = null;
        var read = 0;
        while (read < FlushLimits.MaxJournalRecords && Rows.Count < FlushLimits.MaxRecords && Rows.Length < FlushLimits.MaxBytes
            && source.TryReadNext(out var entry, out var sequence, out var payload))
        {
            if (entry.Type == JournalRecordType.Settle && !TryAdd(entry, sequence, payload, isFirst: read == 0))
            {
                return true;
            }

            LastSequence = sequence;
            read++;
        }

        return read > 0;
    }

    /// <summary>Reads one row's record again, to put it aside.</summary>
    public RejectedRecord Reread(int row, string error)
    {
        var wanted = SequenceOf(row);
        source.Seek(wanted - 1);
        if (!source.TryReadNext(out var entry, out var sequence, out var payload) || sequence != wanted)
        {
            throw new InvalidOperationException($"Journal record {wanted} was there and is not any more.");
        }

        source.Seek(LastSequence);
        return new RejectedRecord(sequence, entry, payload.ToArray(), error);
    }

    // False: the batch ends before this record, or is this record alone.
    private bool TryAdd(in JournalEntry entry, long sequence, ReadOnlyMemory<byte> payload, bool isFirst)
    {
        try
        {
            Rows.Add(decode(payload.Span), sequence);
            return true;
        }
        catch (Exception exception) when (isFirst)
        {
            // Whatever the decoder stumbles over: one record must not hold up all that come after it.
            Unreadable = new RejectedRecord(sequence, entry, payload.ToArray(), exception.Message);
            LastSequence = sequence;
            return false;
        }
        catch (Exception)
        {
            source.Seek(LastSequence);
            return false;
        }
    }
}
