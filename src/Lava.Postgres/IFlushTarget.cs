namespace Lava.Postgres;

/// <summary>What the flusher writes to: PostgreSQL, or one in memory in tests.</summary>
internal interface IFlushTarget : IAsyncDisposable
{
    /// <summary>
    /// Writes rows and moves the position from <paramref name="position"/> to <paramref name="to"/>, in one transaction or, part by part,
    /// in several. Gives the new position: short of <paramref name="to"/> where a later part was refused. Rows that are there already
    /// change nothing.
    /// </summary>
    /// <exception cref="FencedException">The position is not the expected one.</exception>
    /// <exception cref="Npgsql.NpgsqlException">
    /// PostgreSQL refused, or is away: <see cref="RereadAsync"/> tells what was written.
    /// </exception>
    Task<JournalPosition> WriteAsync(
        UsageRecordBatch batch, int first, int count, JournalPosition position, long to, CancellationToken cancellationToken);

    /// <summary>Keeps a record that can't become a row, and moves the position past it.</summary>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    Task<JournalPosition> RejectAsync(RejectedRecord record, JournalPosition position, CancellationToken cancellationToken);

    /// <summary>Reads the position again: after a commit whose answer was lost only PostgreSQL knows.</summary>
    /// <exception cref="FencedException">A newer process has taken over.</exception>
    Task<JournalPosition> RereadAsync(JournalPosition position, CancellationToken cancellationToken);
}
