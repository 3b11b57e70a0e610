using Lava.Postgres;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>
/// The journal as the flusher reads it: durable records from the files themselves, so that a long absence of PostgreSQL costs no
/// memory.
/// </summary>
internal sealed class FlusherJournal(string directory, JournalWriter writer) : IJournalSource, IDisposable
{
    private JournalReader? _reader;

    public long DurableSequence => writer.DurableSequence;

    public Task WaitForMoreAsync(long sequence, CancellationToken cancellationToken) =>
        writer.WaitForMoreAsync(sequence, cancellationToken);

    public void Seek(long sequence)
    {
        _reader?.Dispose();
        _reader = JournalReader.Open(directory, sequence);
    }

    public bool TryReadNext(out JournalEntry entry, out long sequence, out ReadOnlyMemory<byte> payload) =>
        _reader!.TryRead(writer.DurableSequence, out entry, out sequence, out payload);

    public void Confirm(long sequence) => writer.Confirm(sequence);

    public void Dispose() => _reader?.Dispose();
}
