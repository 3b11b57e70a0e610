using Lava.Metering;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Moves usage records into PostgreSQL, exactly once: rows, ledger entries, balances, grants, meter positions and the journal position
/// change in one transaction, and the position only from where it is expected to be. One connection of its own; not thread-safe.
/// </summary>
public sealed class UsageRecordWriter : IFlushTarget
{
    // "PGCOPY\n\377\r\n\0", no flags, no extension; a row count of -1 ends the data.
    private static readonly byte[] CopyHeader = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] CopyTrailer = [0xFF, 0xFF];
    private readonly NpgsqlDataSource _source;
    private readonly UsageRecordBatch _single = new();
    private NpgsqlConnection? _connection;
    private NpgsqlBatch? _apply;

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

    async Task<JournalPosition> IFlushTarget.WriteAsync(
        UsageRecordBatch batch, int first, int count, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (count == 0)
            {
                await AdvanceAsync(connection, position, to, cancellationToken);
            }
            else
            {
                await StageAsync(connection, batch.Rows(first, count), cancellationToken);
                await ApplyAsync(connection, position, to, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return position with { Sequence = to };
        }
        catch (Exception exception) when (exception is not PostgresException and not FencedException and not UnknownWalletException)
        {
            // A broken or cancelled connection is in no known state.
            await DisconnectAsync();
            throw;
        }
    }

    async Task<JournalPosition> IFlushTarget.RejectAsync(
        RejectedRecord record, JournalPosition position, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AdvanceAsync(connection, position, record.Sequence, cancellationToken);
        await using var command = new NpgsqlCommand(UsageRecordSql.Reject, connection);
        command.Parameters.Add(new() { Value = position.NodeId });
        command.Parameters.Add(new() { Value = record.Sequence });
        command.Parameters.Add(new() { Value = record.Entry.HoldId });
        command.Parameters.Add(new() { Value = record.Entry.WalletId });
        command.Parameters.Add(new() { Value = record.Entry.Debit.Units });
        command.Parameters.Add(new() { Value = record.Payload });
        command.Parameters.Add(new() { Value = record.Error.Replace('\0', '\uFFFD') });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return position with { Sequence = record.Sequence };
    }

    Task<JournalPosition> IFlushTarget.RereadAsync(JournalPosition position, CancellationToken cancellationToken) =>
        position.RereadAsync(_source, cancellationToken);

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => DisconnectAsync();

    private static async Task StageAsync(NpgsqlConnection connection, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(UsageRecordSql.Stage, cancellationToken);
        await copy.WriteAsync(CopyHeader, cancellationToken);
        await copy.WriteAsync(rows, cancellationToken);
        await copy.WriteAsync(CopyTrailer, cancellationToken);
    }

    private static async Task AdvanceAsync(
        NpgsqlConnection connection, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AdvanceCommand() } };
        Bind(batch.BatchCommands[0], position, to);
        Check(await batch.ExecuteNonQueryAsync(cancellationToken), position);
    }

    // All that follows the COPY, in one round trip.
    private async Task ApplyAsync(NpgsqlConnection connection, JournalPosition position, long to, CancellationToken cancellationToken)
    {
        if (_apply is null)
        {
            _apply = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    AdvanceCommand(),
                    new(UsageRecordSql.Insert),
                    new(UsageRecordSql.Post),
                    new(UsageRecordSql.Burn),
                    new(UsageRecordSql.Accumulate),
                },
            };
            await _apply.PrepareAsync(cancellationToken);
        }

        Bind(_apply.BatchCommands[0], position, to);
        var unknown = await _apply.ExecuteScalarAsync(cancellationToken);
        Check(_apply.BatchCommands[0].RecordsAffected, position);
        if (unknown is not 0L)
        {
            throw new UnknownWalletException((long)unknown!);
        }
    }

    private static NpgsqlBatchCommand AdvanceCommand() => new(UsageRecordSql.Advance)
    {
        Parameters =
        {
            new NpgsqlParameter<long>(),
            new NpgsqlParameter<int>(),
            new NpgsqlParameter<long>(),
            new NpgsqlParameter<long>(),
        },
    };

    private static void Bind(NpgsqlBatchCommand command, JournalPosition position, long to)
    {
        ((NpgsqlParameter<long>)command.Parameters[0]).TypedValue = to;
        ((NpgsqlParameter<int>)command.Parameters[1]).TypedValue = position.NodeId;
        ((NpgsqlParameter<long>)command.Parameters[2]).TypedValue = position.Fence;
        ((NpgsqlParameter<long>)command.Parameters[3]).TypedValue = position.Sequence;
    }

    private static void Check(int advanced, JournalPosition position)
    {
        if (advanced != 1)
        {
            throw new FencedException(
                $"The journal position of node {position.NodeId} is not {position.Sequence} under fence {position.Fence}.");
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { FullState: System.Data.ConnectionState.Open } open)
        {
            return open;
        }

        await DisconnectAsync();
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        _connection = connection;
        await using var command = new NpgsqlCommand(UsageRecordSql.Prepare, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    private async ValueTask DisconnectAsync()
    {
        if (_apply is not null)
        {
            await _apply.DisposeAsync();
            _apply = null;
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }
    }
}
