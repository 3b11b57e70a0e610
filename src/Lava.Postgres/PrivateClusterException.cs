namespace Lava.Postgres;

/// <summary>The private PostgreSQL can't be started; the message says what to do.</summary>
public class PrivateClusterException(string message) : Exception(message);
