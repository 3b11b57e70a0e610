namespace Lava.Postgres;

/// <summary>A newer process writes this node's journal, or the position is not the expected one: this process must not write any more.</summary>
public sealed class FencedException(string message) : Exception(message);
