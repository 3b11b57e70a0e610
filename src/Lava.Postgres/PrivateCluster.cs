using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// A PostgreSQL of lava's own, for those who give none: made and started from the installed server programs, reachable over a Unix socket
/// in a private directory only, started again where it ends by itself, stopped with lava. What a killed lava left behind is stopped and
/// cleaned up by the next start.
/// </summary>
public sealed partial class PrivateCluster : IAsyncDisposable
{
    private const string User = "lava";
    private const string Database = "lava";

    // A cluster that was killed under load replays its log first: 4 GB (max_wal_size) at 20 MB/s.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);

    // A fast stop writes a checkpoint of 256 MB of buffers at most.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    // After its server was killed, the sessions of a cluster take a moment to notice: until then a new server refuses to start.
    private const int MaxStarts = 5;
    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(500);

    private readonly ClusterDirectory _directory;
    private readonly PrivateClusterOptions _options;
    private readonly FileStream _lock;
    private readonly TimeProvider _time;
    private ServerProcess? _server;
    private string _socketDirectory = "";

    private PrivateCluster(ClusterDirectory directory, PrivateClusterOptions options, FileStream @lock, TimeProvider time)
    {
        _directory = directory;
        _options = options;
        _lock = @lock;
        _time = time;
    }

    /// <summary>How to connect to the database <c>lava</c>, which exists and is empty at first.</summary>
    public string ConnectionString => ConnectTo(Database);

    /// <summary>The server's process id.</summary>
    public int ProcessId => _server!.Id;

    /// <summary>Makes the cluster if it is not there, starts it and waits until it takes connections.</summary>
    /// <exception cref="PrivateClusterException">No server is installed, the directory is in use or closed, or it fails.</exception>
    public static async Task<PrivateCluster> StartAsync(
        PrivateClusterOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var directory = new ClusterDirectory(options.DataDirectory);
        var binaries = PostgresBinaries.Find(options.SearchPath, options.InstallationRoot, directory.Version);
        directory.Open();
        var cluster = new PrivateCluster(directory, options, Lock(directory), time);
        try
        {
            await cluster.MakeAsync(binaries, cancellationToken);
            await cluster.MakeSocketDirectoryAsync(cancellationToken);
            await cluster.RunAsync(binaries, cancellationToken);
            await cluster.MakeDatabaseAsync(cancellationToken);
            cluster._supervision = cluster.SuperviseAsync(binaries);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The database of a data directory, which must be there: the server that another lava runs on it, or else one of its own.
    /// </summary>
    /// <returns>How to connect; the cluster where it was started for this, to be stopped again.</returns>
    /// <exception cref="PrivateClusterException">There is none, or it can't be reached.</exception>
    public static async Task<(string ConnectionString, PrivateCluster? Started)> AttachAsync(
        string dataDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var directory = new ClusterDirectory(dataDirectory);
        if (!directory.Exists)
        {
            throw new PrivateClusterException(
                $"There is no database in {dataDirectory}: name the data directory of a lava (--data), or its PostgreSQL (--postgres).");
        }

        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                var cluster = await StartAsync(new PrivateClusterOptions { DataDirectory = dataDirectory }, time, cancellationToken);
                return (cluster.ConnectionString, cluster);
            }
            catch (PrivateClusterException e) when (e.IsInUse && directory.FindServer() is { } server)
            {
                return (ConnectTo(Database, server.SocketDirectory, server.Port), null);
            }
            catch (PrivateClusterException e) when (e.IsInUse && time.GetElapsedTime(started) < ReadyLimit)
            {
                // The other lava is just starting its server, or stopping it.
                await Task.Delay(StartPause, time, cancellationToken);
            }
        }
    }

    /// <summary>Stops the server: sessions end, everything is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopSupervisingAsync();
        if (_server is not null)
        {
            _server.Stop();
            if (await Task.WhenAny(_server.Exited, Task.Delay(StopLimit, _time)) != _server.Exited)
            {
                _server.Abort();
                await _server.Exited;
            }
        }

        _directory.RemoveSocketDirectory();
        await _lock.DisposeAsync();
    }

    /// <summary>Ends the server as a crash would, for tests.</summary>
    internal void Abort() => _server!.Abort();

    private string ConnectTo(string database) => ConnectTo(database, _socketDirectory, NpgsqlConnection.DefaultPort);

    private static string ConnectTo(string database, string socketDirectory, int port) => new NpgsqlConnectionStringBuilder
    {
        Host = socketDirectory,
        Port = port,
        Username = User,
        Database = database,
    }.ConnectionString;

    private static FileStream Lock(ClusterDirectory directory)
    {
        try
        {
            return new FileStream(directory.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new PrivateClusterException($"Another lava uses {directory.Data}.", isInUse: true);
        }
    }

    private async Task MakeAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        if (_directory.Exists)
        {
            // An orphan of a killed process goes first: files that a running server makes and removes can't be given to another owner.
            await StopOrphanAsync(binaries, cancellationToken);
            await PostgresAccount.OwnAsync(_directory.Data, cancellationToken);
            return;
        }

        _directory.StartUnfinished();
        await PostgresAccount.OwnAsync(_directory.Unfinished, cancellationToken);
        string[] sync = _options.Durable ? [] : ["--no-sync"];
        await PostgresAccount.RunAsync(
            binaries.Program("initdb"),
            ["-D", _directory.Unfinished, "-U", User, "-E", "UTF8", "--locale=C", "--auth-local=trust", "--auth-host=reject", .. sync],
            cancellationToken);
        Directory.Move(_directory.Unfinished, _directory.Data);
    }

    private async Task StopOrphanAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        if (!_directory.HasServer())
        {
            return;
        }

        try
        {
            await PostgresAccount.RunAsync(
                binaries.Program("pg_ctl"), ["stop", "-D", _directory.Data, "-m", "fast", "-w"], cancellationToken);
        }
        catch (PrivateClusterException) when (!_directory.HasServer())
        {
            // Its parent's death ends it too: it was gone before it could be told to go.
        }
    }

    private Task MakeSocketDirectoryAsync(CancellationToken cancellationToken)
    {
        _directory.RemoveSocketDirectory();
        _socketDirectory = _directory.MakeSocketDirectory();
        return PostgresAccount.OwnAsync(_socketDirectory, cancellationToken);
    }

    private async Task RunAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        string[] arguments = ["-D", _directory.Data, .. ClusterSettings.Arguments(_socketDirectory, _options.Durable)];
        for (var attempt = 1; ; attempt++)
        {
            _server = await ServerProcess.StartAsync(PostgresAccount.Server(binaries.Program("postgres"), arguments));
            if (await WaitUntilReadyAsync(_server, cancellationToken))
            {
                return;
            }

            if (attempt == MaxStarts)
            {
                throw new PrivateClusterException(
                    $"PostgreSQL does not start on {_directory.Data}: {await _server.ReadErrorsAsync()}See also its directory log.");
            }

            await Task.Delay(StartPause, _time, cancellationToken);
        }
    }

    // False: the server has ended.
    private async Task<bool> WaitUntilReadyAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (!server.Exited.IsCompleted)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectTo("postgres") + ";Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException away)
            {
                if (_time.GetElapsedTime(started) > ReadyLimit)
                {
                    server.Abort();
                    throw new PrivateClusterException(
                        $"PostgreSQL on {_directory.Data} takes no connections after {ReadyLimit}: {away.Message}. See its directory log.");
                }

                await Task.WhenAny(server.Exited, Task.Delay(ReadyPoll, _time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return false;
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{Database}'", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"create database {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
