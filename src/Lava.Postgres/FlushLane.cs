using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// One connection of the flush and one transaction at a time on it: rows first, then all that must happen in the journal's order.
/// </summary>
internal sealed class FlushLane(NpgsqlDataSource source, ContraWallets contra) : IAsyncDisposable
{
    // The partitions of requests, and nothing else, are called so.
    private const string RequestsPrefix = "requests_";
    private readonly FlushTotals _totals = new();
    private readonly UsageRecordBatch _unknown = new();
    private FlushSession? _session;
    private NpgsqlTransaction? _transaction;
    private int _records;

    /// <summary>The connection, made if there is none.</summary>
    public async Task<FlushSession> OpenAsync(CancellationToken cancellationToken)
    {
        if (_session is not { IsOpen: true })
        {
            await DisposeAsync();
            _session = await FlushSession.OpenAsync(source, _totals, cancellationToken);
        }

        return _session;
    }

    /// <summary>Begins a transaction with the rows of some records; those that are there already are left out.</summary>
    public async Task CopyAsync(UsageRecordBatch batch, int first, int count, CancellationToken cancellationToken)
    {
        var session = await OpenAsync(cancellationToken);
        try
        {
            await CopyAllAsync(session, batch, first, count, cancellationToken);
        }
        catch (PostgresException twice) when (IsKnownRequest(twice))
        {
            // A journal that was restored from a backup has some again.
            await RollBackAsync();
            var known = await session.FindKnownAsync(batch, first, count, cancellationToken);
            _unknown.Clear();
            _unknown.AddUnknown(batch, first, count, known);
            await CopyAllAsync(session, _unknown, 0, _unknown.Count, cancellationToken);
        }
    }

    /// <summary>Moves the position, changes what the rows change and commits.</summary>
    /// <exception cref="FencedException">The position is not the expected one.</exception>
    /// <exception cref="UnknownWalletException">Some of the wallets do not exist.</exception>
    public async Task<JournalPosition> CommitAsync(JournalPosition position, long to, CancellationToken cancellationToken)
    {
        await _session!.AdvanceAsync(position, to, _records, cancellationToken);
        if (_records > 0)
        {
            await _session.ApplyAsync(cancellationToken);
        }

        await _transaction!.CommitAsync(cancellationToken);
        await RollBackAsync();
        return position with { Sequence = to };
    }

    /// <summary>Keeps a record that can't become a row, and moves the position past it.</summary>
    public async Task<JournalPosition> RejectAsync(
        RejectedRecord record, JournalPosition position, CancellationToken cancellationToken)
    {
        var session = await OpenAsync(cancellationToken);
        _unknown.Clear();
        await CopyAllAsync(session, _unknown, 0, 0, cancellationToken);
        await session.RejectAsync(position.NodeId, record, cancellationToken);
        return await CommitAsync(position, record.Sequence, cancellationToken);
    }

    /// <summary>Ends an open transaction; one that was committed only forgets it.</summary>
    public async Task RollBackAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
            _transaction = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RollBackAsync();
        if (_session is not null)
        {
            await _session.DisposeAsync();
            _session = null;
        }
    }

    private static bool IsKnownRequest(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.UniqueViolation
        && exception.TableName?.StartsWith(RequestsPrefix, StringComparison.Ordinal) == true;

    private async Task CopyAllAsync(
        FlushSession session, UsageRecordBatch batch, int first, int count, CancellationToken cancellationToken)
    {
        _records = count;
        _totals.Fill(batch.Facts(first, count), contra);
        _transaction = await session.Connection.BeginTransactionAsync(cancellationToken);
        if (count > 0)
        {
            await session.CopyAsync(UsageRecordSql.CopyRequests, batch.Rows(first, count), cancellationToken);
            await session.CopyAsync(UsageRecordSql.CopyEntries, _totals.Entries.Written, cancellationToken);
        }
    }
}
