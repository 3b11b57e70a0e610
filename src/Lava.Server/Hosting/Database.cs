using Lava.Postgres;
using Npgsql;

namespace Lava.Server.Hosting;

/// <summary>The system of record: the operator's PostgreSQL, or a private one in the data directory; migrated.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly PrivateCluster? _cluster;

    private Database(NpgsqlDataSource source, PrivateCluster? cluster)
    {
        Source = source;
        _cluster = cluster;
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>Does this process run the server itself?</summary>
    public bool IsPrivate => _cluster is not null;

    public static async Task<Database> OpenAsync(string? connectionString, string dataDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        PrivateCluster? cluster = null;
        try
        {
            cluster = connectionString is null
                ? await PrivateCluster.StartAsync(new PrivateClusterOptions { DataDirectory = dataDirectory }, time, cancellationToken)
                : null;
            var source = PostgresDataSource.Create(connectionString ?? cluster!.ConnectionString);
            await new Migrator(source).ApplyAsync(cancellationToken);
            return new Database(source, cluster);
        }
        catch
        {
            if (cluster is not null)
            {
                await cluster.DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
