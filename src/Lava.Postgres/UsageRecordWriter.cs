using Lava.Metering;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Moves usage records into PostgreSQL, exactly once: rows, ledger entries, balances, grants, meter positions and the journal position
/// change in one transaction, and the position only from where it is expected to be. One connection of its own; not thread-safe.
/// </summary>
public sealed class UsageRecordWriter : IFlushTarget
{
    private const string RequestsTable = "requests_";
    private readonly NpgsqlDataSource _source;
    private readonly UsageRecordBatch _single = new();
    private readonly UsageRecordBatch _unknown = new();
    private readonly ContraWallets _contra = new();
    private readonly FlushTotals _totals = new();
    private FlushSession? _session;

    /// <summary>Connects with the first write.</summary>
    public UsageRecordWriter(NpgsqlDataSource source)
    {
        _source = source;
    }

    /// <summary>
    /// Writes the records and moves the position from <paramref name="position"/> to <paramref name="to"/>; gives the new position. Records
    /// that are there already change nothing.
    /// </summary>
    /// <exception cref="FencedException">The position is not the expected one; nothing was written.</exception>
    /// <exception cref="NpgsqlException">
    /// PostgreSQL refused, or is away: <see cref="JournalPosition.RereadAsync"/> tells what was written.
    /// </exception>
    public Task<JournalPosition> WriteAsync(
        IReadOnlyList<UsageRecord> records, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        _single.Clear();
        for (var i = 0; i < records.Count; i++)
        {
            _single.Add(records[i]);
        }

        return ((IFlushTarget)this).WriteAsync(_single, 0, records.Count, position, to, cancellationToken);
    }

    Task<JournalPosition> IFlushTarget.WriteAsync(
        UsageRecordBatch batch, int first, int count, JournalPosition position, long to, CancellationToken cancellationToken) =>
        RunAsync(session => WriteAsync(session, batch, first, count, position, to, cancellationToken), cancellationToken);

    Task<JournalPosition> IFlushTarget.RejectAsync(
        RejectedRecord record, JournalPosition position, CancellationToken cancellationToken) =>
        RunAsync(
            async session =>
            {
                _totals.Fill([], _contra);
                await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
                await session.AdvanceAsync(position, record.Sequence, records: 0, cancellationToken);
                await session.RejectAsync(position.NodeId, record, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return position with { Sequence = record.Sequence };
            },
            cancellationToken);

    Task<JournalPosition> IFlushTarget.RereadAsync(JournalPosition position, CancellationToken cancellationToken) =>
        position.RereadAsync(_source, cancellationToken);

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
            _session = null;
        }
    }

    // A refusal leaves a connection that is rolled back and good; after all else it is in no known state.
    private static bool IsRefusal(Exception exception) =>
        exception is PostgresException or FencedException or UnknownWalletException or OverflowException;

    private static bool IsKnownRequest(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.UniqueViolation
        && exception.TableName?.StartsWith(RequestsTable, StringComparison.Ordinal) == true;

    private async Task<JournalPosition> RunAsync(
        Func<FlushSession, Task<JournalPosition>> transaction, CancellationToken cancellationToken)
    {
        try
        {
            if (_session is not { IsOpen: true })
            {
                await DisposeAsync();
                _session = await FlushSession.OpenAsync(_source, _totals, cancellationToken);
            }

            return await transaction(_session);
        }
        catch (Exception exception) when (!IsRefusal(exception))
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<JournalPosition> WriteAsync(
        FlushSession session, UsageRecordBatch batch, int first, int count, JournalPosition position, long to,
        CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAllAsync(session, batch, first, count, position, to, cancellationToken);
        }
        catch (PostgresException twice) when (IsKnownRequest(twice))
        {
            // A journal that was restored from a backup has some again.
            _unknown.Clear();
            _unknown.AddUnknown(batch, first, count, await session.FindKnownAsync(batch, first, count, cancellationToken));
            return await WriteAllAsync(session, _unknown, 0, _unknown.Count, position, to, cancellationToken);
        }
    }

    private async Task<JournalPosition> WriteAllAsync(
        FlushSession session, UsageRecordBatch batch, int first, int count, JournalPosition position, long to,
        CancellationToken cancellationToken)
    {
        await _contra.EnsureAsync(session.Connection, batch, first, count, cancellationToken);
        _totals.Fill(batch.Facts(first, count), _contra);
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
        await session.AdvanceAsync(position, to, count, cancellationToken);
        if (count > 0)
        {
            await session.CopyAsync(UsageRecordSql.CopyRequests, batch.Rows(first, count), cancellationToken);
            await session.CopyAsync(UsageRecordSql.CopyEntries, _totals.Entries.Written, cancellationToken);
            await session.ApplyAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return position with { Sequence = to };
    }
}
