using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Simulation;

/// <summary>The flusher's transactions.</summary>
internal sealed class SimulatedFlushTarget(SimulatedPostgres postgres, Func<Guid, bool> isPoison) : IFlushTarget
{
    private readonly Tables _tables = postgres.Tables;

    /// <summary>Takes the node over, as JournalPosition.TakeAsync does.</summary>
    public static JournalPosition Take(SimulatedPostgres postgres) => postgres.Transact<JournalPosition>(
        "take position",
        [SimulatedPostgres.PositionLock, SimulatedPostgres.NodeLock],
        () => (new JournalPosition(1, postgres.Tables.Fence + 1, postgres.Tables.Sequence), () => postgres.Tables.Fence++));

    public Task<JournalPosition> WriteAsync(
        UsageRecordBatch batch, int first, int count, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        var rows = batch.Facts(first, count).ToArray();
        long[] locks = [SimulatedPostgres.PositionLock, .. rows.Select(row => row.WalletId)];
        return Task.FromResult(postgres.Transact<JournalPosition>("flush", locks, () =>
        {
            if (rows.Any(row => isPoison(row.Id)))
            {
                throw new PostgresException("Refused.", "ERROR", "ERROR", "22000");
            }

            Check(position);
            return (position with { Sequence = to }, () => _tables.Flush(rows, to));
        }));
    }

    public Task<JournalPosition> RejectAsync(RejectedRecord record, JournalPosition position, CancellationToken cancellationToken) =>
        Task.FromResult(postgres.Transact<JournalPosition>("reject", [SimulatedPostgres.PositionLock], () =>
        {
            Check(position);
            return (position with { Sequence = record.Sequence }, () => _tables.Reject(record));
        }));

    public Task<JournalPosition> RereadAsync(JournalPosition position, CancellationToken cancellationToken) =>
        Task.FromResult(postgres.Read("reread position", () => _tables.Fence == position.Fence
            ? position with { Sequence = _tables.Sequence }
            : throw new FencedException("A newer process.")));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Check(JournalPosition position)
    {
        if (_tables.Fence != position.Fence || _tables.Sequence != position.Sequence)
        {
            throw new FencedException($"The position is {_tables.Sequence}, not {position.Sequence}.");
        }
    }
}
