using Npgsql;

namespace Lava.Postgres;

/// <summary>How far a node's journal has been moved to PostgreSQL, and the right to move it further.</summary>
/// <param name="NodeId">Node.</param>
/// <param name="Fence">Grows with each start of the node: a process with a smaller one may not write.</param>
/// <param name="Sequence">The last journal record that PostgreSQL holds; 0: none.</param>
public readonly record struct JournalPosition(int NodeId, long Fence, long Sequence)
{
    // The row whole, not only against changes of what is no key: so that those who hold the fence (JournalFence) are waited for as well.
    private const string Lock = "select from journal_positions where node_id = $1 for update";

    private const string Take = """
        insert into journal_positions (node_id, fence, sequence) values ($1, 1, 0)
        on conflict (node_id) do update set fence = journal_positions.fence + 1
        returning fence, sequence
        """;

    /// <summary>Takes over from any older process of the node. Waits for a transaction of it that is just being committed.</summary>
    public static async Task<JournalPosition> TakeAsync(NpgsqlDataSource source, int nodeId, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new(Lock) { Parameters = { new() { Value = nodeId } } });
        batch.BatchCommands.Add(new(Take) { Parameters = { new() { Value = nodeId } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new JournalPosition(nodeId, reader.GetInt64(0), reader.GetInt64(1));
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
