using System.Diagnostics;
using System.Runtime.Versioning;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[SupportedOSPlatform("linux")]
public sealed class PrivateClusterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lava-test-").FullName;

    public PrivateClusterTests() => File.SetUnixFileMode(_directory, File.GetUnixFileMode(_directory) | UnixFileMode.OtherExecute);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Start_StoppedAndStartedAgain_KeepsData()
    {
        int first;
        await using (var cluster = await StartAsync())
        {
            first = cluster.ProcessId;
            await ExecuteAsync(cluster, "create table t as select 42 as n");
        }

        Assert.False(IsAlive(first));
        await using var again = await StartAsync();
        Assert.Equal(42, await ExecuteAsync(again, "select n from t"));
    }

    [Fact]
    public async Task Start_ServerWasKilled_Recovers()
    {
        var killed = await StartAsync();
        await ExecuteAsync(killed, "create table t as select 42 as n");
        using (var process = Process.GetProcessById(killed.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await killed.DisposeAsync();
        await using var again = await StartAsync();
        Assert.Equal(42, await ExecuteAsync(again, "select n from t"));
    }

    [Fact]
    public async Task Run_ServerEndsByItself_IsStartedAgainAtTheSameAddress()
    {
        // A socket outside of the data directory: its address must not change with the restart.
        var directory = Path.Combine(_directory, new string('d', 100));
        var reports = new List<string>();
        var options = new PrivateClusterOptions { DataDirectory = directory, Durable = false, Report = reports.Add };
        await using var cluster = await PrivateCluster.StartAsync(options, TimeProvider.System, CancellationToken.None);
        var (address, first) = (cluster.ConnectionString, cluster.ProcessId);
        await ExecuteAsync(cluster, "create table t as select 42 as n");

        using (var process = Process.GetProcessById(first))
        {
            process.Kill();
        }

        while (cluster.Restarts == 0)
        {
            await Task.Yield();
        }

        Assert.NotEqual(first, cluster.ProcessId);
        Assert.Equal(address, cluster.ConnectionString);
        Assert.Equal(42, await ExecuteAsync(cluster, "select n from t"));
        Assert.Contains("exit code 137", reports[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OrphanStillRuns_StopsIt()
    {
        var first = await StartAsync();
        var orphan = Path.Combine(_directory, "postgres");
        await first.DisposeAsync();
        var server = await ServerProcess.StartAsync(PostgresAccount.Server(
            PostgresBinaries.Find(null, PostgresBinaries.DebianRoot, null).Program("postgres"),
            ["-D", orphan, .. ClusterSettings.Arguments(orphan, durable: false)]));
        await WaitForFileAsync(Path.Combine(orphan, "postmaster.pid"));

        await using var again = await StartAsync();

        await server.Exited;
        Assert.NotEqual(server.Id, again.ProcessId);
        Assert.Equal(1, await ExecuteAsync(again, "select 1"));
    }

    [Fact]
    public async Task Start_PidFileNamesAnotherProgram_LeavesThatAlone()
    {
        await (await StartAsync()).DisposeAsync();
        using var other = Process.Start(Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", "postgres", "--clear-groups", "sleep", "600"])
            : new ProcessStartInfo("sleep", ["600"]))!;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(_directory, "postgres", "postmaster.pid"), $"{other.Id}\n");

            await using var again = await StartAsync();

            Assert.False(other.HasExited);
            Assert.Equal(1, await ExecuteAsync(again, "select 1"));
        }
        finally
        {
            other.Kill();
            await other.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Start_DirectoryInUse_IsRefused()
    {
        await using var cluster = await StartAsync();

        var exception = await Assert.ThrowsAsync<PrivateClusterException>(StartAsync);

        Assert.Contains("Another lava", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ExecuteAsync(cluster, "select 1"));
    }

    [Fact]
    public async Task Start_HalfMadeCluster_IsMadeAnew()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "postgres.unfinished", "base"));

        await using var cluster = await StartAsync();

        Assert.Equal(1, await ExecuteAsync(cluster, "select 1"));
    }

    [Fact]
    public async Task Start_LongPath_PutsTheSocketElsewhereAndRemovesIt()
    {
        var deep = Path.Combine(_directory, new string('d', 100));
        string socket;
        await using (var cluster = await StartAsync(deep))
        {
            socket = new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Host!;
            Assert.Equal(1, await ExecuteAsync(cluster, "select 1"));
        }

        Assert.DoesNotContain(deep, socket, StringComparison.Ordinal);
        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task Start_DirectoryAboveIsClosed_SaysWhich()
    {
        var closed = Directory.CreateDirectory(Path.Combine(_directory, "closed"));
        File.SetUnixFileMode(closed.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var exception = await Assert.ThrowsAsync<PrivateClusterException>(() => StartAsync(Path.Combine(closed.FullName, "data")));

        Assert.Contains(_directory, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NothingInstalled_SaysWhatToInstall()
    {
        var options = new PrivateClusterOptions { DataDirectory = _directory, SearchPath = "", InstallationRoot = _directory };

        var exception = await Assert.ThrowsAsync<PrivateClusterException>(
            () => PrivateCluster.StartAsync(options, TimeProvider.System, CancellationToken.None));

        Assert.Contains("apt-get install postgresql", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--postgres", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ClusterOfAnotherVersion_AsksForThatVersion()
    {
        var exception = Assert.Throws<PrivateClusterException>(() => PostgresBinaries.Find(null, PostgresBinaries.DebianRoot, 9));

        Assert.Contains("postgresql-9", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<object?> ExecuteAsync(PrivateCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task WaitForFileAsync(string path)
    {
        while (!File.Exists(path))
        {
            await Task.Yield();
        }
    }

    private static bool IsAlive(int processId) => Directory.Exists($"/proc/{processId}");

    private Task<PrivateCluster> StartAsync() => StartAsync(_directory);

    private static Task<PrivateCluster> StartAsync(string directory) => PrivateCluster.StartAsync(
        new PrivateClusterOptions { DataDirectory = directory, Durable = false }, TimeProvider.System, CancellationToken.None);
}
