using System.Globalization;

namespace Lava.Server.Hosting;

/// <summary>How a node is, for people: whether PostgreSQL is there, how far it is behind, how full the journal is.</summary>
internal static class NodeReport
{
    public static string Write(ServerNode node)
    {
        var journal = node.Journal;
        var percent = 100 * journal.SizeBytes / node.JournalLimitBytes;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            postgres: {Postgres(node)}
            flush: {node.Flusher.LagRecords} records, {node.Flusher.Lag.TotalSeconds:0.###} s behind{Failure(node)}
            journal: {journal.SizeBytes} bytes, {percent} % of its limit of {node.JournalLimitBytes}; {journal.OpenHolds} open holds

            """);
    }

    private static string Postgres(ServerNode node)
    {
        var state = node.Postgres;
        var since = state.Since.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return state.Away is { } reason
            ? $"away since {since} ({reason}); calls go on, the journal keeps their records"
            : $"up since {since}";
    }

    // PostgreSQL may answer and still take no writes: a full disk, a standby.
    private static string Failure(ServerNode node) => node.Flusher.LastError is { } error ? $"; trying again after: {error.Message}" : "";
}
