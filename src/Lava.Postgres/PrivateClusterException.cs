namespace Lava.Postgres;

/// <summary>The private PostgreSQL can't be started; the message says what to do.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="isInUse">Another lava runs it.</param>
public sealed class PrivateClusterException(string message, bool isInUse = false) : Exception(message)
{
    /// <summary>Another lava runs it.</summary>
    public bool IsInUse { get; } = isInUse;
}
