using Npgsql;

namespace Lava.Postgres;

/// <summary>How far a node's journal has been moved to PostgreSQL, and the right to move it further.</summary>
/// <param name="NodeId">Node.</param>
/// <param name="Fence">Grows with each start of the node: a process with a smaller one may not write.</param>
/// <param name="Sequence">The last journal record that PostgreSQL holds; 0: none.</param>
public readonly record struct JournalPosition(int NodeId, long Fence, long Sequence)
{
    /// <summary>
    /// Takes over from any older process of the node. Waits for transactions of it that are just being committed, those of
    /// <see cref="HoldAsync"/> too: the update alone would pass by them.
    /// </summary>
    public static async Task<JournalPosition> TakeAsync(NpgsqlDataSource source, int nodeId, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new("select node_id from journal_positions where node_id = $1 for update")
        {
            Parameters = { new() { Value = nodeId } },
        });
        batch.BatchCommands.Add(new("""
            insert into journal_positions (node_id, fence, sequence) values ($1, 1, 0)
            on conflict (node_id) do update set fence = journal_positions.fence + 1
            returning fence, sequence
            """)
        {
            Parameters = { new() { Value = nodeId } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new JournalPosition(nodeId, reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// Until the transaction ends, before it locks wallets: no process takes over, which would load its wallets without what is being
    /// committed here and never learn of it. The flusher, which moves the position, is not held up.
    /// </summary>
    internal static async Task HoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select node_id from journal_positions order by node_id for key share", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads the position again: after a commit whose answer was lost only PostgreSQL knows.</summary>
    /// <exception cref="FencedException">A newer process has taken over.</exception>
    public async Task<JournalPosition> RereadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select fence, sequence from journal_positions where node_id = $1");
        command.Parameters.Add(new() { Value = NodeId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || reader.GetInt64(0) != Fence)
        {
            throw new FencedException($"Another process writes the journal of node {NodeId}.");
        }

        return this with { Sequence = reader.GetInt64(1) };
    }
}
