namespace Lava.Postgres;

/// <summary>The database's schema is not one that this binary may work on.</summary>
public sealed class SchemaMismatchException(string message) : Exception(message);
