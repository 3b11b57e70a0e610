namespace Lava.Postgres;

/// <summary>PostgreSQL is away, restarting or out of connections: try again later.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
