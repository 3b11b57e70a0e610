using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>The dashboard in Chromium while PostgreSQL is away, and when it is back.</summary>
[Collection(OutageCollection.Name)]
public sealed class DashboardAwayTests(FaultServer postgres)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Pages_PostgresIsAway_SaySoAndKeepForms()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var proxy = new PostgresProxy(database);
        proxy.Listen();
        await using var control = new FaultControl(proxy);
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using (var lava = await TestGateway.StartAsync(directory, simulator, "--postgres", proxy.ConnectionString))
        {
            await NodeTests.PassAsync(
                "Dashboard",
                "away.test.mjs",
                new Dictionary<string, string>
                {
                    ["LAVA_TEST_URL"] = lava.Url,
                    ["LAVA_TEST_KEY"] = LavaFixture.SecretKey,
                    ["LAVA_TEST_FAULTS"] = control.Url,
                    ["LAVA_TEST_OUTPUT"] = DashboardSuite.Pictures,
                },
                Limit);
        }

        await Audit.AssertProvenAsync(directory, database);
    }
}
