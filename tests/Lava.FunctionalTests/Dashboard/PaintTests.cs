using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>
/// How fast pages are there with a million requests of 10,000 customers in the store: for a quiet machine, whose processors the browser
/// shares with the server. <c>LAVA_TEST_PAINT_DATA</c> names a demonstration that is there already, <c>LAVA_TEST_PAINT_RATE</c> the calls
/// per second that run meanwhile.
/// </summary>
public sealed class PaintTests
{
    private static readonly TimeSpan SeedLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan PagesLimit = TimeSpan.FromMinutes(15);
    private static readonly Dictionary<string, string> Nothing = [];

    [LongFact]
    public async Task Pages_MillionRequests_ArePaintedWithin300Ms_AndSmall()
    {
        using var directory = new TemporaryDirectory();
        var data = Environment.GetEnvironmentVariable("LAVA_TEST_PAINT_DATA") ?? Path.Combine(directory.Path, "demo");
        var (code, output) = await LavaProcess.RunAsync(
            Nothing, SeedLimit, ["demo", "--data", data, "--customers", "10000", "--requests", "1000000", "--seed-only"]);
        Assert.True(code == 0, output);
        var rate = Environment.GetEnvironmentVariable("LAVA_TEST_PAINT_RATE") ?? "0";
        await using var lava = await LavaProcess.StartAsync(Nothing, "demo", "--data", data, "--rate", rate);
        var demo = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "demo.json")))!;
        await NodeTests.PassAsync(
            "Dashboard",
            "paint.test.mjs",
            new Dictionary<string, string>
            {
                ["LAVA_TEST_URL"] = lava.Url,
                ["LAVA_TEST_KEY"] = (string)demo["secretKey"]!,
                ["LAVA_TEST_OUTPUT"] = DashboardSuite.Pictures,
            },
            PagesLimit);
    }
}
