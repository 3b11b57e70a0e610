using Lava.Metering.Pricing;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// The system of record, open and migrated: the operator's PostgreSQL, or a private one in the data directory. The way in for the
/// server, which sees no Npgsql.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly PrivateCluster? _cluster;
    private readonly TimeProvider _time;

    private Database(NpgsqlDataSource source, PrivateCluster? cluster, TimeProvider time)
    {
        _source = source;
        _cluster = cluster;
        _time = time;
        Stores = new ManagementStores(source, time);
    }

    /// <summary>The stores that the management API works with.</summary>
    public ManagementStores Stores { get; }

    /// <summary>Does this process run the PostgreSQL server itself?</summary>
    public bool IsPrivate => _cluster is not null;

    /// <summary>Is this a connection string that Npgsql understands?</summary>
    public static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Opens and migrates.</summary>
    /// <param name="connectionString">Npgsql's; null for a private server.</param>
    /// <param name="dataDirectory">Where a private server lies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PrivateClusterException">The private server can't be started; the message says what to do.</exception>
    /// <exception cref="SchemaMismatchException">The database belongs to another version.</exception>
    /// <exception cref="StoreUnavailableException">The server does not answer, or refuses the user.</exception>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public static async Task<Database> OpenAsync(
        string? connectionString, string dataDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        PrivateCluster? cluster = null;
        NpgsqlDataSource? source = null;
        try
        {
            if (connectionString is null)
            {
                var options = new PrivateClusterOptions { DataDirectory = dataDirectory };
                cluster = await PrivateCluster.StartAsync(options, time, cancellationToken);
            }

            source = PostgresDataSource.Create(connectionString ?? cluster!.ConnectionString);
            await new Migrator(source).ApplyAsync(cancellationToken);
            return new Database(source, cluster, time);
        }
        catch (Exception e)
        {
            await CloseAsync(source, cluster);
            if (e is NpgsqlException)
            {
                throw new StoreUnavailableException($"PostgreSQL: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Takes over a node's journal: older processes of the node can no longer write.</summary>
    public Task<JournalPosition> TakePositionAsync(int nodeId, CancellationToken cancellationToken) =>
        JournalPosition.TakeAsync(_source, nodeId, cancellationToken);

    /// <summary>Loads what the gateway keeps in memory; see <see cref="SnapshotLoader.LoadAsync"/>.</summary>
    public Task<LoadedState> LoadAsync(
        int nodeId, PriceBook prices, DateOnly cyclesSince, ISnapshotSink sink, CancellationToken cancellationToken) =>
        new SnapshotLoader(_source).LoadAsync(nodeId, prices, cyclesSince, sink, cancellationToken);

    /// <summary>What moves the journal here.</summary>
    public FlushWorker CreateFlusher(IJournalSource journal, JournalPosition position, UsageRecordDecoder decode) =>
        new(journal, _source, position, decode, _time);

    /// <summary>What books expired credit, under the fence that a position was taken with.</summary>
    public ExpiryStore CreateExpiryStore(JournalPosition position) => new(_source, position, _time);

    /// <summary>What books adjustments, under the fence that a position was taken with.</summary>
    public AdjustmentStore CreateAdjustmentStore(JournalPosition position) => new(_source, position, _time);

    /// <summary>Closes the connections, and stops a private server.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_source, _cluster);

    private static async ValueTask CloseAsync(NpgsqlDataSource? source, PrivateCluster? cluster)
    {
        if (source is not null)
        {
            await source.DisposeAsync();
        }

        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
