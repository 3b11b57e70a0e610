using Npgsql;

namespace Lava.Postgres;

/// <summary>Connections to the system of record.</summary>
public static class PostgresDataSource
{
    /// <summary>The API's stores, the snapshot loader and the flusher together; a private cluster allows 50 sessions.</summary>
    public const int MaxPoolSize = 20;

    /// <summary>Seconds to wait for a connection: a server that is away must become an error soon, the callers retry.</summary>
    public const int ConnectSeconds = 5;

    /// <summary>Seconds of silence after which the peer is asked whether it lives: a cable pulled in mid-commit must be noticed.</summary>
    public const int KeepAliveSeconds = 10;

    /// <summary>Pooled connections; what the connection string itself says about a setting wins.</summary>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public static NpgsqlDataSource Create(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "lava",
            MaxPoolSize = MaxPoolSize,
            Timeout = ConnectSeconds,
            KeepAlive = KeepAliveSeconds,
        };
        foreach (string key in given.Keys)
        {
            settings[key] = given[key];
        }

        return NpgsqlDataSource.Create(settings);
    }
}
