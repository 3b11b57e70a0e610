namespace Lava.Wallets.Journal;

/// <summary>The journal and PostgreSQL don't belong together: a restored backup, or another server's data directory.</summary>
public sealed class JournalMismatchException(string message) : JournalException(message);
