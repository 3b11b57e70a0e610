namespace Lava.Wallets.Journal;

/// <summary>The journal failed or was closed before the record was known to be durable: whether it is shows at the next start.</summary>
public sealed class JournalFailedException(Exception cause)
    : JournalException("The journal can't be written: " + cause.Message, cause);
