using Npgsql;

namespace Lava.Postgres;

/// <summary>Keeps a process from changing balances that a newer one of its node has in its live wallets.</summary>
internal static class JournalFence
{
    /// <summary>
    /// Until the transaction ends. Before the wallets, as the flusher does. A newer process waits for this transaction before it loads
    /// its wallets; an older one ends here: what it took out of its own live wallets would stay in the newer one's.
    /// </summary>
    /// <exception cref="FencedException">A newer process of this node has the live wallets.</exception>
    public static async Task HoldAsync(NpgsqlConnection connection, JournalPosition position, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select fence from journal_positions where node_id = @node for share", connection).Add("node", position.NodeId);
        if (await command.ReadFirstAsync(row => row.GetInt64(0), cancellationToken) != position.Fence)
        {
            throw new FencedException($"Another process writes the journal of node {position.NodeId}.");
        }
    }
}
