using Lava.Wallets.Journal;

namespace Lava.Postgres;

/// <summary>A settlement that can't become a row: it is kept whole, with the reason.</summary>
/// <param name="Sequence">Its number in the journal.</param>
/// <param name="Entry">What moved the live wallet.</param>
/// <param name="Payload">The usage record as the journal holds it.</param>
/// <param name="Error">Why.</param>
internal sealed record RejectedRecord(long Sequence, JournalEntry Entry, byte[] Payload, string Error);
