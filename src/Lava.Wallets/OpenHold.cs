using Lava.Core;
using Lava.Wallets.Journal;

namespace Lava.Wallets;

/// <summary>A call that was running when the process ended: its RESERVE has no end. End it with a SETTLE or a VOID.</summary>
/// <param name="Entry">The RESERVE.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Used">What the last PROGRESS says was used; zero without one.</param>
/// <param name="Progress">The last PROGRESS's payload; empty without one.</param>
public sealed record OpenHold(JournalEntry Entry, ReadOnlyMemory<byte> Payload, Money Used, ReadOnlyMemory<byte> Progress);
