using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>
/// One file of node/ against a real server with a simulated provider behind it and an empty store of its own. Pictures of every page are
/// left in <c>TestResults/dashboard</c>.
/// </summary>
internal static class DashboardSuite
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Where pictures are left.</summary>
    public static string Pictures { get; } = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "TestResults", "dashboard");

    public static async Task PassAsync(FaultServer postgres, string suite)
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", database + ";Pooling=true", "--test-clock", "--allow-private-webhooks",
            "--management-limit", "0", "--drain-timeout", "1s");
        await NodeTests.PassAsync(
            "Dashboard",
            $"{suite}.test.mjs",
            new Dictionary<string, string>
            {
                ["LAVA_TEST_URL"] = lava.Url,
                ["LAVA_TEST_KEY"] = LavaFixture.SecretKey,
                ["LAVA_TEST_OUTPUT"] = Pictures,
            },
            Limit);
        await Audit.AssertProvenAsync(directory, database);
    }
}
