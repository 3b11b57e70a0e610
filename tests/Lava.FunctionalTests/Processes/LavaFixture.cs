namespace Lava.FunctionalTests.Processes;

/// <summary>A gateway on an empty store with a simulator behind it, shared by the tests of a collection.</summary>
public sealed class LavaFixture : IAsyncLifetime
{
    public const string SecretKey = "aks_test_functional_tests_0123456789";
    private readonly TemporaryDirectory _directory = new();
    private LavaProcess? _gateway;
    private LavaProcess? _simulator;

    public string Url => _gateway!.Url;

    public string Simulator => _simulator!.Url;

    internal LavaProcess Gateway => _gateway!;

    internal LavaClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        _gateway = await LavaProcess.StartAsync(
            new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = SecretKey },
            "serve", "--data", Path.Combine(_directory.Path, "data"), "--upstream", $"*={_simulator.Url}", "--drain-timeout", "5s",
            "--management-limit", "1000000");
        Client = new LavaClient(Url, SecretKey);
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        _directory.Dispose();
    }
}
