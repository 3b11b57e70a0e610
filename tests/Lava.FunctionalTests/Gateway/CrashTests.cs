using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>kill -9 under load: what a client had in full is charged, once; the books add up after the next start.</summary>
[Collection(FaultCollection.Name)]
public sealed class CrashTests(FaultServer postgres)
{
    private const int AnswersBeforeKill = 150;

    // A private PostgreSQL dies with lava and is made ready again: most of its round's time, and what its own rounds are about.
    private static int OwnPostgresRounds => LongFactAttribute.IsWanted ? 4 : 2;

    private static int Rounds => LongFactAttribute.IsWanted ? 300 : 12;

    [Fact]
    public async Task Kill9_UnderLoad_LosesAndDoublesNothing()
    {
        var database = await postgres.CreateDatabaseAsync();
        await KillAsync(Rounds, database);
    }

    [Fact]
    public Task Kill9WithItsOwnPostgres_UnderLoad_LosesAndDoublesNothing() => KillAsync(OwnPostgresRounds, null);

    private static async Task KillAsync(int rounds, string? database)
    {
        string[] arguments = database is null ? [] : ["--postgres", database + ";Pooling=true"];
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        Load? load = null;
        for (var round = 0; round < rounds; round++)
        {
            await using var gateway = await TestGateway.StartAsync(directory, simulator, arguments);
            load ??= await TestGateway.LoadAsync(gateway);
            await using var run = load.Start(gateway);
            await run.AnswersAsync(AnswersBeforeKill);
            await gateway.KillAsync();
        }

        await using var last = await TestGateway.StartAsync(directory, simulator, arguments);
        await Audit.AssertAsync(last, load!);
        await Audit.AssertProvenAsync(directory, database);
        Assert.Equal(0, await last.TerminateAsync());
    }
}
