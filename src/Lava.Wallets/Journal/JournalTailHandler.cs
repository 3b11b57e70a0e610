namespace Lava.Wallets.Journal;

/// <summary>Takes a record that PostgreSQL does not have yet, at start, in order.</summary>
/// <param name="entry">What moves money; the live wallets have it already.</param>
/// <param name="sequence">Its number.</param>
/// <param name="payload">The rest; valid during the call.</param>
public delegate void JournalTailHandler(in JournalEntry entry, long sequence, ReadOnlySpan<byte> payload);
