namespace Lava.Postgres;

/// <summary>What a turn of the flusher did.</summary>
internal enum FlushStep
{
    /// <summary>Nothing: all that is durable is in PostgreSQL.</summary>
    Idle,

    /// <summary>Moved records.</summary>
    Moved,

    /// <summary>PostgreSQL could not be written to; what it holds is read again before the next try.</summary>
    Failed,

    /// <summary>Given up, on the way down.</summary>
    Aborted,
}
