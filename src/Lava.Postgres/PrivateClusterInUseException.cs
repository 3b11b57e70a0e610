namespace Lava.Postgres;

/// <summary>Another lava runs the private PostgreSQL of this data directory.</summary>
public sealed class PrivateClusterInUseException(string message) : PrivateClusterException(message);
