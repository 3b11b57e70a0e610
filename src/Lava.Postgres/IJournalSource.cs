using Lava.Wallets.Journal;

namespace Lava.Postgres;

/// <summary>The journal as its flusher sees it: the real one, or one in memory in tests. Used by one thread at a time.</summary>
public interface IJournalSource
{
    /// <summary>The number of the last durable record.</summary>
    long DurableSequence { get; }

    /// <summary>Completes when <see cref="DurableSequence"/> has passed <paramref name="sequence"/>.</summary>
    Task WaitForMoreAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>The next read gives the record after <paramref name="sequence"/>.</summary>
    void Seek(long sequence);

    /// <summary>The next durable record; false: none yet. The payload is valid until the next call.</summary>
    bool TryReadNext(out JournalEntry entry, out long sequence, out ReadOnlyMemory<byte> payload);

    /// <summary>PostgreSQL holds everything up to here.</summary>
    void Confirm(long sequence);
}
