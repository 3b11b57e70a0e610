namespace Lava.Postgres;

/// <summary>
/// PostgreSQL is there and refuses: a password, a database or a right is missing. Waiting does not mend it; the message says what does.
/// </summary>
public sealed class DatabaseRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
