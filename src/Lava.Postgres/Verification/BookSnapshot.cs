using System.Data;
using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>
/// The books as they were at one moment, while a server may go on writing. Reads only, and takes no lock that a running server waits for.
/// </summary>
public sealed class BookSnapshot : IAsyncDisposable
{
    // Sums of millions of rows stay in memory; of more they go through temporary files.
    private const string Settings = """
        set transaction read only;
        set local work_mem = '128MB';
        set local jit = off;
        set local timezone = 'UTC';
        """;

    private readonly PrivateCluster? _cluster;

    internal BookSnapshot(NpgsqlConnection connection, PrivateCluster? cluster = null)
    {
        Connection = connection;
        _cluster = cluster;
    }

    /// <summary>Which PostgreSQL it is, for people.</summary>
    public string Origin { get; private init; } = "";

    internal NpgsqlConnection Connection { get; }

    /// <summary>Opens the given database, else the data directory's own: the server that runs on it, or one started for the time.</summary>
    /// <param name="connectionString">Npgsql's; null for the data directory's own.</param>
    /// <param name="dataDirectory">Where a private server lies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PrivateClusterException">There is no private database, or it can't be started.</exception>
    /// <exception cref="SchemaMismatchException">The database belongs to another version.</exception>
    /// <exception cref="StoreUnavailableException">The server does not answer, or refuses the user.</exception>
    public static async Task<BookSnapshot> OpenAsync(
        string? connectionString, string dataDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        if (connectionString is not null)
        {
            var given = await ConnectAsync(connectionString, cancellationToken);
            return new BookSnapshot(given) { Origin = "PostgreSQL as given by --postgres" };
        }

        var (found, cluster) = await PrivateCluster.AttachAsync(dataDirectory, time, cancellationToken);
        try
        {
            var origin = cluster is null ? "the running lava's PostgreSQL" : "its private PostgreSQL, started for the time";
            return new BookSnapshot(await ConnectAsync(found, cancellationToken), cluster) { Origin = origin };
        }
        catch
        {
            await StopAsync(cluster);
            throw;
        }
    }

    /// <summary>The last record of a node's journal that is in these books.</summary>
    public Task<long> ReadPositionAsync(int nodeId, CancellationToken cancellationToken) =>
        ReadPositionAsync(Connection, nodeId, cancellationToken);

    /// <summary>Ends the transaction, after which nothing can be read here any more, and keeps what was found.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away, or lets this user only read.</exception>
    public async Task RecordAsync(VerificationRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await using (var end = new NpgsqlCommand("rollback", Connection))
            {
                await end.ExecuteNonQueryAsync(cancellationToken);
            }

            await VerificationStore.AddAsync(Connection, record, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new StoreUnavailableException($"PostgreSQL: {e.Message}", e);
        }
    }

    /// <summary>Ends the transaction, and stops a server that was started for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await StopAsync(_cluster);
    }

    internal static async Task<long> ReadPositionAsync(NpgsqlConnection connection, int nodeId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select sequence from journal_positions where node_id = @node", connection)
            .Add("node", nodeId);
        return await command.ReadFirstAsync(row => row.GetInt64(0), cancellationToken);
    }

    private static async Task<NpgsqlConnection> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "lava verify", Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using var command = new NpgsqlCommand(Settings, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await Migrator.CheckAsync(connection, cancellationToken);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is NpgsqlException)
            {
                throw new StoreUnavailableException($"PostgreSQL: {e.Message}", e);
            }

            throw;
        }
    }

    private static ValueTask StopAsync(PrivateCluster? cluster) => cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
