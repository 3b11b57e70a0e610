using Lava.Postgres;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>What can be wrong with a data directory or a database and an operator can mend; everything else is a bug.</summary>
internal static class StoreFailure
{
    public static bool IsExpected(Exception e) => e
        is StartupException or PrivateClusterException or SchemaMismatchException or FencedException or JournalException
        or IOException or UnauthorizedAccessException or StoreUnavailableException or DatabaseRefusedException;

    /// <summary>What is wrong and the cure.</summary>
    public static string Text(Exception e, string dataDirectory) => e is JournalCorruptException
        ? $"{e.Message} The server does not start over a hole in it. See what can be done: lava journal inspect --data {dataDirectory}"
        : e.Message;
}
