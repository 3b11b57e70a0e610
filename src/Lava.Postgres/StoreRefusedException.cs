namespace Lava.Postgres;

/// <summary>PostgreSQL refuses a value (SQLSTATE class 22): the caller's data, not a fault.</summary>
public sealed class StoreRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
