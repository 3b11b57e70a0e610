using Lava.Wallets.Journal;

namespace Lava.Wallets;

/// <summary>
/// A call that was running when the process ended: it has no end in the journal. End it with a SETTLE or a VOID. A PROGRESS says all that
/// its RESERVE said and what has been used since, so that the last of them stands for the call.
/// </summary>
/// <param name="Entry">Its last PROGRESS, or its RESERVE where there is none; the debit is what was used until then.</param>
/// <param name="Payload">That record's payload.</param>
public sealed record OpenHold(JournalEntry Entry, ReadOnlyMemory<byte> Payload);
