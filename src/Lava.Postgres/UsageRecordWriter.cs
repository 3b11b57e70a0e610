using Lava.Metering;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Moves usage records into PostgreSQL, exactly once: rows, ledger entries, balances, grants, meter positions, sums and the journal
/// position change in one transaction, and the position only from where it is expected to be. A large batch is two such transactions: the
/// rows of both go in at the same time, over two connections, the rest in order. Not thread-safe.
/// </summary>
public sealed class UsageRecordWriter : IFlushTarget
{
    private readonly NpgsqlDataSource _source;
    private readonly UsageRecordBatch _single = new();
    private readonly ContraWallets _contra = new();
    private readonly HashSet<Guid> _ids = [];
    private readonly FlushLane _first;
    private readonly FlushLane _second;

    /// <summary>Connects with the first write.</summary>
    public UsageRecordWriter(NpgsqlDataSource source)
    {
        _source = source;
        _first = new FlushLane(source, _contra);
        _second = new FlushLane(source, _contra);
    }

    /// <summary>
    /// Writes the records and moves the position from <paramref name="position"/> to <paramref name="to"/>; gives the new position, short
    /// of that where the later part of a large batch was refused. Records that are there already change nothing.
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
            _single.Add(records[i], sequence: to - records.Count + 1 + i);
        }

        return ((IFlushTarget)this).WriteAsync(_single, 0, records.Count, position, to, cancellationToken);
    }

    async Task<JournalPosition> IFlushTarget.WriteAsync(
        UsageRecordBatch batch, int first, int count, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        try
        {
            var session = await _first.OpenAsync(cancellationToken);
            await _contra.EnsureAsync(session.Connection, batch, first, count, cancellationToken);
            await session.AddMonthsAsync(batch, first, count, cancellationToken);
            if (CanPart(batch, first, count))
            {
                return await WriteInTwoAsync(batch, first, count, position, to, cancellationToken);
            }

            await _first.CopyAsync(batch, first, count, cancellationToken);
            return await _first.CommitAsync(position, to, cancellationToken);
        }
        catch (Exception exception)
        {
            await ResetAsync(exception);
            throw;
        }
    }

    async Task<JournalPosition> IFlushTarget.RejectAsync(
        RejectedRecord record, JournalPosition position, CancellationToken cancellationToken)
    {
        try
        {
            return await _first.RejectAsync(record, position, cancellationToken);
        }
        catch (Exception exception)
        {
            await ResetAsync(exception);
            throw;
        }
    }

    Task<JournalPosition> IFlushTarget.RereadAsync(JournalPosition position, CancellationToken cancellationToken) =>
        position.RereadAsync(_source, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private static bool IsRefusal(Exception exception) =>
        exception is PostgresException or FencedException or UnknownWalletException or OverflowException;

    // An id that is in both parts would make them wait for each other, the one for the lock, the other for its turn.
    private bool CanPart(UsageRecordBatch batch, int first, int count)
    {
        if (count < FlushLimits.MinPartedRecords)
        {
            return false;
        }

        _ids.Clear();
        foreach (ref readonly var call in batch.Facts(first, count))
        {
            _ids.Add(call.Id);
        }

        return _ids.Count == count;
    }

    private async Task<JournalPosition> WriteInTwoAsync(
        UsageRecordBatch batch, int first, int count, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        var part = (int)((long)count * FlushLimits.FirstPartPerMille / 1_000);
        var copying = Task.Factory.StartNew(
            () => _second.CopyAsync(batch, first + part, count - part, cancellationToken),
            CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap();
        JournalPosition middle;
        try
        {
            await _first.CopyAsync(batch, first, part, cancellationToken);
            middle = await _first.CommitAsync(position, batch.Facts(first + part - 1, 1)[0].Sequence, cancellationToken);
        }
        catch
        {
            await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }

        try
        {
            await copying;
            return await _second.CommitAsync(middle, to, cancellationToken);
        }
        catch (Exception exception) when (IsRefusal(exception) && exception is not FencedException)
        {
            await _second.RollBackAsync();
            return middle;
        }
    }

    // A refusal leaves connections that are good once they are rolled back; after all else they are in no known state.
    private async Task ResetAsync(Exception exception)
    {
        if (!IsRefusal(exception))
        {
            await DisposeAsync();
            return;
        }

        await _first.RollBackAsync();
        await _second.RollBackAsync();
    }
}
