using Lava.Postgres;
using Npgsql;

namespace Lava.Testing.Postgres;

/// <summary>
/// A private PostgreSQL for a whole test run, and empty migrated databases in it: one per test class, copied from a template in
/// milliseconds. xunit: derive a class that is an IAsyncLifetime as well (this assembly does not see xunit).
/// </summary>
public class PostgresFixture
{
    private const string Template = "lava";
    private readonly string _directory = Directory.CreateTempSubdirectory("lava-test-").FullName;
    private PrivateCluster? _cluster;
    private int _databases;

    // Copied while the test before it still runs: a test begins with a database, and half a thousand of them wait for it in turn.
    private Task<string>? _ahead;

    /// <summary>Where the cluster's files are.</summary>
    public string DataDirectory => _directory;

    public async Task InitializeAsync()
    {
        _cluster = await StartAsync();
        await using var source = NpgsqlDataSource.Create(_cluster.ConnectionString + ";Pooling=false");
        await new Migrator(source).ApplyAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await TakeAheadAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A new migrated database; the connection string to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var database = await TakeAheadAsync() ?? await CopyTemplateAsync();
        Volatile.Write(ref _ahead, CopyTemplateAsync());
        return database;
    }

    /// <summary>None: nobody asked for one before, or the server was stopped while it was copied.</summary>
    private async Task<string?> TakeAheadAsync()
    {
        try
        {
            return Interlocked.Exchange(ref _ahead, null) is { } ahead ? await ahead : null;
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private async Task<string> CopyTemplateAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        var database = For(name);
        await using var connection = new NpgsqlConnection(For("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name} template {Template}", connection);
        await command.ExecuteNonQueryAsync();
        return database;
    }

    /// <summary>An existing database that nothing has been done to.</summary>
    public async Task<string> CreateEmptyDatabaseAsync()
    {
        var name = $"empty_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(For("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name} template template0", connection);
        await command.ExecuteNonQueryAsync();
        return For(name);
    }

    /// <summary>Stops the server, as an operator would.</summary>
    public async Task StopAsync()
    {
        await _cluster!.DisposeAsync();
        _cluster = null;
    }

    /// <summary>Ends the server as a crash would (SIGQUIT, no checkpoint); it is started again by itself, at the same address.</summary>
    public async Task AbortAsync()
    {
        var before = _cluster!.Restarts;
        _cluster.Abort();
        while (_cluster.Restarts == before)
        {
            await Task.Delay(20);
        }
    }

    /// <summary>Starts it again, at the same address.</summary>
    public async Task RestartAsync() => _cluster = await StartAsync();

    private Task<PrivateCluster> StartAsync() => PrivateCluster.StartAsync(
        new PrivateClusterOptions { DataDirectory = _directory, Durable = false }, TimeProvider.System, CancellationToken.None);

    // Not pooled: idle sessions would keep a template from being copied and a server from stopping.
    private string For(string database) =>
        new NpgsqlConnectionStringBuilder(_cluster!.ConnectionString) { Database = database, Pooling = false }.ConnectionString;
}
