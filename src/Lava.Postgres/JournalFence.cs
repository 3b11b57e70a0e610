using Npgsql;

namespace Lava.Postgres;

/// <summary>Keeps a process from changing balances that a newer one of its node has in its live wallets.</summary>
internal static class JournalFence
{
    /// <summary>
    /// Until the transaction ends. A newer process waits for this transaction before it loads its wallets (<see
    /// cref="JournalPosition.TakeAsync"/>); an older one ends here: what it took out of its own live wallets would stay in the newer
    /// one's. The flusher waits for nobody: it changes no key. Behind "for key share" a few callers at once let it wait for ever.
    /// </summary>
    /// <exception cref="FencedException">A newer process of this node has the live wallets.</exception>
    public static async Task HoldAsync(NpgsqlConnection connection, JournalPosition position, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select fence from journal_positions where node_id = @node for key share", connection).Add("node", position.NodeId);
        if (await command.ReadFirstAsync(row => row.GetInt64(0), cancellationToken) != position.Fence)
        {
            throw new FencedException($"Another process writes the journal of node {position.NodeId}.");
        }
    }
}
