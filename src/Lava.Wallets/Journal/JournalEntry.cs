using Lava.Core;

namespace Lava.Wallets.Journal;

/// <summary>The part of a journal record that moves money; the rest of it, the payload, is opaque here.</summary>
/// <param name="Type">What it says.</param>
/// <param name="HoldId">The hold, which is also the call's id.</param>
/// <param name="WalletId">The wallet.</param>
/// <param name="Held">The hold's amount.</param>
/// <param name="Debit">What a settlement takes.</param>
public readonly record struct JournalEntry(JournalRecordType Type, Guid HoldId, long WalletId, Money Held, Money Debit);
