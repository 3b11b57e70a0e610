using System.Diagnostics;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Faults;

/// <summary>PostgreSQL itself ends under load, in each of its ways, and comes back.</summary>
[Collection(FaultCollection.Name)]
public sealed class PostgresKilledTests(FaultServer postgres)
{
    [Fact]
    public async Task OwnPostgres_IsKilled_IsStartedAgainAndCallsGoOn()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var gateway = await TestGateway.StartAsync(directory, simulator);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        var load = await TestGateway.LoadAsync(gateway);
        await using var run = load.Start(gateway, reports: false);
        for (var round = 1; round <= 2; round++)
        {
            await run.AnswersAsync(100);
            KillPostmaster(directory);
            await gateway.PrintedAsync("The private PostgreSQL ended by itself (exit code 137)");
            await RestartedAsync(client, round);
        }

        await run.AnswersAsync(50);
        await run.StopAsync();
        Assert.Empty(run.Failures);
        await Audit.AssertAsync(gateway, load);
        await Audit.AssertProvenAsync(directory);
        Assert.Equal(0, await gateway.TerminateAsync());
    }

    [Fact]
    public async Task OwnPostgres_LavaStops_IsNotStartedAgain()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var gateway = await TestGateway.StartAsync(directory, simulator);
        var postmaster = Postmaster(directory);

        Assert.Equal(0, await gateway.TerminateAsync());

        Assert.DoesNotContain("ended by itself", gateway.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{postmaster}"));
    }

    [Fact]
    public async Task Postgres_StopsAndRestartsInEachWay_NothingIsLostOrDoubled()
    {
        using var directory = new TemporaryDirectory();
        var database = await postgres.CreateDatabaseAsync();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var gateway = await TestGateway.StartAsync(directory, simulator, "--postgres", database + ";Pooling=true");
        var load = await TestGateway.LoadAsync(gateway);
        await using var run = load.Start(gateway, reports: false);

        await run.AnswersAsync(100);
        await KillBackendAsync(database);
        await run.AnswersAsync(100);
        await postgres.StopAsync();
        await run.AnswersAsync(100);
        await postgres.RestartAsync();
        await run.AnswersAsync(100);
        await postgres.AbortAsync();

        await run.AnswersAsync(100);
        await run.StopAsync();
        Assert.Empty(run.Failures);
        await Audit.AssertAsync(gateway, load);
        Assert.Equal(0, await gateway.TerminateAsync());
        await Audit.AssertProvenAsync(directory, database);
    }

    /// <summary>kill -9 of one backend: the postmaster ends all others, for the memory that they share may be damaged.</summary>
    private static async Task KillBackendAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        using var backend = Process.GetProcessById(connection.ProcessID);
        backend.Kill();
        await backend.WaitForExitAsync();
    }

    private static int Postmaster(TemporaryDirectory directory) =>
        int.Parse(File.ReadLines(Path.Combine(directory.Path, "data", "postgres", "postmaster.pid")).First());

    private static void KillPostmaster(TemporaryDirectory directory)
    {
        using var process = Process.GetProcessById(Postmaster(directory));
        process.Kill();
    }

    private static async Task RestartedAsync(LavaClient client, int times)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await Audit.MetricAsync(client, "lava_postgres_restarts_total") < times)
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
