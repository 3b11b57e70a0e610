using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>The flush's own connection, with its statements prepared and the totals that they send.</summary>
internal sealed class FlushSession : IAsyncDisposable
{
    // "PGCOPY\n\377\r\n\0", no flags, no extension; a row count of -1 ends the data.
    private static readonly byte[] CopyHeader = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] CopyTrailer = [0xFF, 0xFF];

    // Npgsql's time limits don't cover a large write: a server that takes nothing would be waited for until TCP gives up. By the piece, so
    // that a slow network has the limit for each of them: 1 MiB in a statement's 30 seconds is less than any network does.
    private const int PieceBytes = 1 << 20;

    private readonly NpgsqlParameter<long> _to = new();
    private readonly NpgsqlParameter<int> _node = new();
    private readonly NpgsqlParameter<long> _fence = new();
    private readonly NpgsqlParameter<long> _from = new();
    private readonly NpgsqlParameter<long> _records = new();
    private readonly NpgsqlParameter<decimal> _debited = new();
    private readonly FlushTotals _totals;
    private readonly List<DateOnly> _monthsToAdd = [];
    private readonly NpgsqlBatch _months;
    private readonly NpgsqlBatch _advance;
    private readonly NpgsqlBatch _apply;

    private FlushSession(NpgsqlConnection connection, FlushTotals totals)
    {
        (Connection, _totals) = (connection, totals);
        _months = new NpgsqlBatch(connection)
        {
            BatchCommands = { Command(UsageRecordSql.AddMonths, Array(_monthsToAdd)) },
        };
        _advance = new NpgsqlBatch(connection)
        {
            BatchCommands = { Command(UsageRecordSql.Advance, _to, _node, _fence, _from, _records, _debited) },
        };
        _apply = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(UsageRecordSql.Post, Array(totals.Deltas.Wallets), Array(totals.Deltas.Amounts)),
                Command(UsageRecordSql.Burn, Array(totals.Spent.Wallets), Array(totals.Spent.Amounts)),
                UnitsCommand(totals.Units),
                SumCommand(totals.Sums),
                TotalsCommand(totals.Totals),
                WindowsCommand(totals.Windows),
                Command(UsageRecordSql.Name, Array(totals.Reports.Merchants), Array(totals.Reports.Names), Array(totals.Reports.Requests)),
            },
        };
    }

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Can it be used?</summary>
    public bool IsOpen => Connection.FullState == ConnectionState.Open;

    // 0 in a connection string means none.
    private TimeSpan StatementLimit => Connection.CommandTimeout > 0
        ? TimeSpan.FromSeconds(Connection.CommandTimeout)
        : Timeout.InfiniteTimeSpan;

    /// <summary>Connects and prepares.</summary>
    public static async Task<FlushSession> OpenAsync(NpgsqlDataSource source, FlushTotals totals, CancellationToken cancellationToken)
    {
        var session = new FlushSession(await source.OpenConnectionAsync(cancellationToken), totals);
        try
        {
            await using var command = new NpgsqlCommand(UsageRecordSql.Prepare, session.Connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await session._months.PrepareAsync(cancellationToken);
            await session._advance.PrepareAsync(cancellationToken);
            await session._apply.PrepareAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves the position.</summary>
    /// <exception cref="FencedException">It is not where it should be.</exception>
    public async Task AdvanceAsync(JournalPosition position, long to, int records, CancellationToken cancellationToken)
    {
        (_to.TypedValue, _node.TypedValue) = (to, position.NodeId);
        (_fence.TypedValue, _from.TypedValue) = (position.Fence, position.Sequence);
        (_records.TypedValue, _debited.TypedValue) = (records, _totals.Debited);
        await _advance.ExecuteNonQueryAsync(cancellationToken);
        if (_advance.BatchCommands[0].RecordsAffected != 1)
        {
            throw new FencedException(
                $"The journal position of node {position.NodeId} is not {position.Sequence} under fence {position.Fence}.");
        }
    }

    /// <summary>Sends rows in the binary format of COPY.</summary>
    /// <exception cref="TimeoutException">The server took nothing for as long as a statement may last; the session is broken.</exception>
    public async Task CopyAsync(string sql, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await using var copy = await Connection.BeginRawBinaryCopyAsync(sql, cancellationToken);
            await copy.WriteAsync(CopyHeader, cancellationToken);
            for (var rest = rows; rest.Length > 0;)
            {
                var piece = rest[..Math.Min(rest.Length, PieceBytes)];
                limit.CancelAfter(StatementLimit);
                await copy.WriteAsync(piece, limit.Token);
                rest = rest[piece.Length..];
            }

            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            await copy.WriteAsync(CopyTrailer, cancellationToken);
        }
        catch (Exception failure) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"PostgreSQL took no rows for {StatementLimit}. See whether it hangs, and whether the network passes data to it.", failure);
        }
    }

    /// <summary>All that follows the rows, in one round trip.</summary>
    /// <exception cref="UnknownWalletException">Some of the wallets do not exist.</exception>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var unknown = await _apply.ExecuteScalarAsync(cancellationToken);
        if (unknown is not 0L)
        {
            throw new UnknownWalletException($"{unknown} of the wallets to be charged do not exist.");
        }
    }

    /// <summary>Makes the months of some records that have none yet.</summary>
    public async Task AddMonthsAsync(UsageRecordBatch batch, int first, int count, CancellationToken cancellationToken)
    {
        _monthsToAdd.Clear();
        _monthsToAdd.AddRange(RequestMonth.AllOf(batch.Facts(first, count)));
        if (_monthsToAdd.Count > 0)
        {
            await _months.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Of some records, the ids of those that are there.</summary>
    public async Task<HashSet<Guid>> FindKnownAsync(
        UsageRecordBatch batch, int first, int count, CancellationToken cancellationToken)
    {
        var ids = new Guid[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = batch.Facts(first + i, 1)[0].Id;
        }

        await using var command = new NpgsqlCommand(UsageRecordSql.FindKnown, Connection);
        command.Parameters.Add(new() { Value = ids });
        return [.. await command.ReadAllAsync(row => row.GetGuid(0), cancellationToken)];
    }

    /// <summary>Keeps a record that can't become a row.</summary>
    public async Task RejectAsync(int nodeId, RejectedRecord record, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(UsageRecordSql.Reject, Connection);
        command.Parameters.Add(new() { Value = nodeId });
        command.Parameters.Add(new() { Value = record.Sequence });
        command.Parameters.Add(new() { Value = record.Entry.HoldId });
        command.Parameters.Add(new() { Value = record.Entry.WalletId });
        command.Parameters.Add(new() { Value = record.Entry.Debit.Units });
        command.Parameters.Add(new() { Value = record.Payload });
        command.Parameters.Add(new() { Value = record.Error.Replace('\0', '\uFFFD') });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _months.DisposeAsync();
        await _advance.DisposeAsync();
        await _apply.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private static NpgsqlBatchCommand UnitsCommand(MeterUnits units) => Command(
        UsageRecordSql.Accumulate, Array(units.Customers), Array(units.Meters), Array(units.Cycles), Array(units.Units));

    private static NpgsqlBatchCommand SumCommand(UsageSumRows sums) => Command(
        UsageRecordSql.Sum,
        Array(sums.Merchants), Times(sums.Quarters), Array(sums.Customers), Array(sums.Meters), Array(sums.Statuses),
        Array(sums.Providers), Array(sums.Models), Array(sums.Requests), Array(sums.Tokens), Array(sums.Costs), Array(sums.Charges));

    private static NpgsqlBatchCommand TotalsCommand(UsageTotalRows totals) => Command(
        UsageRecordSql.Totals,
        Array(totals.Merchants), Times(totals.Quarters), Array(totals.Meters), Array(totals.Providers), Array(totals.Models),
        Array(totals.Requests), Array(totals.Errors), Array(totals.Unbilled), Array(totals.InputTokens), Array(totals.OutputTokens),
        Array(totals.Costs), Array(totals.Charges));

    private static NpgsqlBatchCommand WindowsCommand(UsageWindowRows windows)
    {
        List<NpgsqlParameter> parameters = [Array(windows.Subjects), Array(windows.Merchants)];
        foreach (var columns in windows.ByCycle)
        {
            // All time has no day.
            parameters.AddRange(columns == windows.ByCycle[^1] ? [] : [Array(columns.Starts)]);
            parameters.AddRange([Array(columns.Requests), Array(columns.Tokens), Array(columns.Spends)]);
        }

        return Command(UsageWindowSql.Accumulate, [.. parameters, Times(windows.LastAt)]);
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    // The list stays, its items change from batch to batch.
    private static NpgsqlParameter<List<T>> Array<T>(List<T> items) => new() { TypedValue = items };

    // An empty list does not say whether its times have a zone.
    private static NpgsqlParameter<List<DateTime>> Times(List<DateTime> items) =>
        new() { TypedValue = items, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };
}
