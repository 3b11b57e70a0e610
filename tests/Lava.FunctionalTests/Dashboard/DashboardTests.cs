using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>
/// The dashboard in Chromium, on a real server with a simulated provider behind it: one file of node/ each, with an empty store of its own.
/// Pictures of every page are left in <c>TestResults/dashboard</c>.
/// </summary>
[Collection(DashboardCollection.Name)]
public sealed class DashboardTests(FaultServer postgres)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("signin")]
    [InlineData("requests")]
    [InlineData("operations")]
    [InlineData("overview")]
    [InlineData("customers")]
    [InlineData("pricing")]
    [InlineData("keys")]
    [InlineData("webhooks")]
    [InlineData("hostile")]
    [InlineData("sales")]
    [InlineData("long")]
    public async Task Pages_InABrowser_DoWhatTheySay(string suite)
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", database + ";Pooling=true", "--test-clock", "--allow-private-webhooks",
            "--management-limit", "0");
        await NodeTests.PassAsync(
            "Dashboard",
            $"{suite}.test.mjs",
            new Dictionary<string, string>
            {
                ["LAVA_TEST_URL"] = lava.Url,
                ["LAVA_TEST_KEY"] = LavaFixture.SecretKey,
                ["LAVA_TEST_OUTPUT"] = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "TestResults", "dashboard"),
            },
            Limit);
        await Audit.AssertProvenAsync(directory, database);
    }
}
