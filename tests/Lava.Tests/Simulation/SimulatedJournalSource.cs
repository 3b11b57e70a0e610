using Lava.Postgres;
using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>The journal as the server's flusher reads it, from the simulated disk.</summary>
internal sealed class SimulatedJournalSource(string directory, JournalWriter writer, IJournalDisk disk) : IJournalSource
{
    private JournalReader? _reader;

    public long DurableSequence => writer.DurableSequence;

    public Task WaitForMoreAsync(long sequence, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A step never waits.");

    public void Seek(long sequence) => _reader = JournalReader.Open(directory, sequence, disk);

    public bool TryReadNext(out JournalEntry entry, out long sequence, out ReadOnlyMemory<byte> payload) =>
        _reader!.TryRead(writer.DurableSequence, out entry, out sequence, out payload);

    public void Confirm(long sequence) => writer.Confirm(sequence);
}
