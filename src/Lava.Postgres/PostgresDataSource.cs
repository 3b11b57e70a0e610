using Npgsql;

namespace Lava.Postgres;

/// <summary>Connections to the system of record. What the connection string itself says about a setting wins.</summary>
public static class PostgresDataSource
{
    /// <summary>The API's stores together; with the flusher's and the watch's a private cluster allows 50 sessions.</summary>
    public const int MaxPoolSize = 20;

    /// <summary>Seconds to wait for a connection: a server that is away must become an error soon, the callers retry.</summary>
    public const int ConnectSeconds = 5;

    /// <summary>Seconds of silence after which the peer is asked whether it lives: a cable pulled in mid-commit must be noticed.</summary>
    public const int KeepAliveSeconds = 10;

    /// <summary>
    /// Seconds that a statement of the flusher or of the start may take: a batch of 40,000 rows takes a third of one, a slow disk's
    /// checkpoint many. A server that stays silent for longer is given up, and asked anew.
    /// </summary>
    public const int CommandSeconds = 30;

    /// <summary>Seconds that a statement of the API may take: its callers don't wait for longer than they do for a provider.</summary>
    public const int StoreSeconds = 10;

    /// <summary>Seconds that a statement of the dashboard may take: a page that needs longer reads what it should not.</summary>
    public const int ReadingSeconds = 5;

    // Pages that are made at once; more wait for a connection.
    private const int ReadingPoolSize = 6;

    /// <summary>
    /// What the server does about a client that vanished in the middle of a transaction: its locks would keep the next one waiting for
    /// hours. No transaction here pauses between two statements; one that does for as long as a statement may take has lost its client.
    /// </summary>
    private static readonly string Orphans = $"-c idle_in_transaction_session_timeout={CommandSeconds}s "
        + $"-c tcp_keepalives_idle={KeepAliveSeconds} -c tcp_keepalives_interval={KeepAliveSeconds / 2} -c tcp_keepalives_count=3";

    /// <summary>Pooled connections for the flusher and the start.</summary>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public static NpgsqlDataSource Create(string connectionString) => Create(connectionString, MaxPoolSize, CommandSeconds);

    /// <summary>One connection that fails within seconds, whatever the connection string says.</summary>
    internal static NpgsqlDataSource CreateProbe(string connectionString, int seconds)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "lava watch",
            Pooling = true,
            MinPoolSize = 0,
            MaxPoolSize = 1,
            Timeout = seconds,
            CommandTimeout = seconds,
        };

        // Its one question has no type to look up.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
    }

    /// <summary>Pooled connections that only read; the server itself ends a statement that takes too long.</summary>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    internal static NpgsqlDataSource CreateReading(string connectionString)
    {
        // Sums are grouped in memory: with the server's 4 MB, a planner that expects more groups than there are sorts on disk instead.
        const string OnlyRead = " -c default_transaction_read_only=on -c work_mem=16MB";
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.ApplicationName = "lava dashboard";
        settings.Options = (settings.Options ?? Orphans) + OnlyRead + $" -c statement_timeout={ReadingSeconds}s";
        return Create(settings.ConnectionString, ReadingPoolSize, 2 * ReadingSeconds);
    }

    /// <summary>Pooled connections.</summary>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    internal static NpgsqlDataSource Create(string connectionString, int maxPoolSize, int commandSeconds)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "lava",
            MaxPoolSize = maxPoolSize,
            Timeout = ConnectSeconds,
            CommandTimeout = commandSeconds,
            KeepAlive = KeepAliveSeconds,
            Options = Orphans,
        };
        foreach (string key in given.Keys)
        {
            settings[key] = given[key];
        }

        return NpgsqlDataSource.Create(settings);
    }
}
