using System.Net.Sockets;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What a failure of PostgreSQL means for who meets it.</summary>
internal static class Failures
{
    /// <summary>
    /// Is it the server's state, so that waiting mends it: unreachable, starting, stopping, out of connections? A wrong password, a
    /// missing database or right is not. (A standby takes no writes until it is promoted.)
    /// </summary>
    public static bool MayPass(Exception failure) => failure
        is NpgsqlException { IsTransient: true } or PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction }
        or SocketException or TimeoutException or IOException;

    /// <summary>Why, in one line: the server's own words, or what became of the connection to it.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        { InnerException: { } cause } => Reason(cause),
        _ => failure.Message,
    };

    /// <summary>What an operator does about a refusal.</summary>
    public static string Cure(NpgsqlException failure) => failure.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "Check user and password in --postgres, and the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName => "Create the database, or name another one in --postgres.",
        PostgresErrorCodes.InsufficientPrivilege => "Make the user of --postgres the owner of the database.",
        _ => "Check --postgres.",
    };
}
