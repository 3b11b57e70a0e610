using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Faults;

/// <summary>Starts gateways for tests of faults.</summary>
internal static class TestGateway
{
    public static readonly Dictionary<string, string> Environment = new() { ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey };

    public static Task<LavaProcess> StartAsync(TemporaryDirectory directory, LavaProcess simulator, params string[] arguments) =>
        LavaProcess.StartAsync(Environment, Arguments(directory, simulator, arguments));

    public static string[] Arguments(TemporaryDirectory directory, LavaProcess simulator, params string[] arguments) =>
        ["serve", "--data", Path.Combine(directory.Path, "data"), "--upstream", $"*={simulator.Url}", .. arguments];

    public static async Task<Load> LoadAsync(LavaProcess gateway)
    {
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        return await Load.CreateAsync(client);
    }
}
