using System.Diagnostics;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Server.Api;

/// <summary>A PostgreSQL of its own in a temporary directory, on a Unix socket, gone with the tests.</summary>
public sealed class ApiPostgres : IAsyncLifetime
{
    private const string Bin = "/usr/lib/postgresql/15/bin";
    private string _directory = "";

    public NpgsqlDataSource Source { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _directory = Directory.CreateTempSubdirectory("lava-api-").FullName;
        await RunAsync("chown", "postgres", _directory);
        await AsPostgresAsync($"{Bin}/initdb", "-D", $"{_directory}/data", "-A", "trust", "-U", "lava", "-E", "UTF8", "--locale=C", "-N");
        await AsPostgresAsync(
            $"{Bin}/pg_ctl", "-D", $"{_directory}/data", "-w", "-l", $"{_directory}/log", "-o",
            $"-k {_directory} -c listen_addresses= -c fsync=off", "start");
        Source = NpgsqlDataSource.Create($"Host={_directory};Username=lava;Database=postgres");
        await new Migrator(Source).ApplyAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (File.Exists($"{_directory}/data/postmaster.pid"))
        {
            await AsPostgresAsync($"{Bin}/pg_ctl", "-D", $"{_directory}/data", "-m", "fast", "-w", "stop");
        }
    }

    public async Task DisposeAsync()
    {
        await Source.DisposeAsync();
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static Task AsPostgresAsync(params string[] command) => RunAsync("runuser", ["-u", "postgres", "--", .. command]);

    private static async Task RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = "/", UseShellExecute = false })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
