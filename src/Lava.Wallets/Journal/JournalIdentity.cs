namespace Lava.Wallets.Journal;

/// <summary>Whose journal: the same in all segments.</summary>
/// <param name="JournalId">Random, made with the first segment.</param>
/// <param name="NodeId">The server, as PostgreSQL knows it.</param>
internal readonly record struct JournalIdentity(Guid JournalId, int NodeId);
