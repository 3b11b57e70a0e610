namespace Lava.Postgres;

/// <summary>A newer process writes this node's journal, or the position is not the expected one: nothing was written.</summary>
public sealed class FencedException(string message) : Exception(message);
