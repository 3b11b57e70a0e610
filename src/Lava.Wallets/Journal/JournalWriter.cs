namespace Lava.Wallets.Journal;

/// <summary>Appends records with group commit.</summary>
public sealed class JournalWriter : IAsyncDisposable
{
    /// <summary>The number of the last durable record.</summary>
    public long DurableSequence => throw new NotImplementedException();

    /// <summary>
    /// Appends a record; false where the journal may take no new call (its size limit, a full buffer, a failed disk): answer 503.
    /// Settlements and voids are always taken while the process lives.
    /// </summary>
    /// <param name="entry">What moves money.</param>
    /// <param name="payload">The rest.</param>
    /// <param name="ticket">To ask whether the record is durable, and to wait for it.</param>
    public bool TryAppend(in JournalEntry entry, ReadOnlySpan<byte> payload, out long ticket) => throw new NotImplementedException();

    /// <summary>Is the record on disk?</summary>
    public bool IsDurable(long ticket) => throw new NotImplementedException();

    /// <summary>Completes when the record is on disk; allocates nothing in the steady state.</summary>
    public ValueTask WaitDurableAsync(long ticket) => throw new NotImplementedException();

    /// <summary>Completes when <see cref="DurableSequence"/> has passed <paramref name="sequence"/>.</summary>
    public Task WaitForMoreAsync(long sequence, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>PostgreSQL holds everything up to here: segments before it, with no open hold in them, are deleted.</summary>
    public void Confirm(long sequence) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
