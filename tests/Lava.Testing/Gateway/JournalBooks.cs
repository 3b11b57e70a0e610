using Lava.Metering;
using Lava.Wallets.Journal;

namespace Lava.Testing.Gateway;

/// <summary>What a journal says: reservations, how far calls were, and settlements, each in order.</summary>
public sealed class JournalBooks
{
    private JournalBooks()
    {
    }

    /// <summary>Reservations.</summary>
    public List<JournalEntry> Reserves { get; } = [];

    /// <summary>How far calls were, with the records of that moment.</summary>
    public List<(JournalEntry Entry, UsageRecord Record)> Progress { get; } = [];

    /// <summary>Settlements with their records.</summary>
    public List<(JournalEntry Entry, UsageRecord Record)> Settles { get; } = [];

    /// <summary>Reservations that were given back without a record.</summary>
    public List<JournalEntry> Voids { get; } = [];

    /// <summary>The settlements' records.</summary>
    public IEnumerable<UsageRecord> Records => Settles.Select(settle => settle.Record);

    /// <summary>Reads what is durable.</summary>
    public static JournalBooks Read(string directory, JournalWriter journal)
    {
        var books = new JournalBooks();
        using var reader = JournalReader.Open(directory, 0);
        var end = journal.DurableSequence;
        while (reader.TryRead(end, out var entry, out _, out var payload))
        {
            switch (entry.Type)
            {
                case JournalRecordType.Reserve:
                    books.Reserves.Add(entry);
                    break;
                case JournalRecordType.Progress:
                    books.Progress.Add((entry, UsageRecordCodec.Decode(payload.Span)));
                    break;
                case JournalRecordType.Void:
                    books.Voids.Add(entry);
                    break;
                case JournalRecordType.Settle:
                    books.Settles.Add((entry, UsageRecordCodec.Decode(payload.Span)));
                    break;
            }
        }

        return books;
    }
}
