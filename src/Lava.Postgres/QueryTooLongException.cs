namespace Lava.Postgres;

/// <summary>PostgreSQL ended a question that took longer than its connection allows: ask for less.</summary>
public sealed class QueryTooLongException(Exception inner) : Exception("The question took too long", inner);
