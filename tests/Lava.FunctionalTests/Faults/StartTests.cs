using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Faults;

/// <summary>A start without PostgreSQL waits where waiting helps, and says why.</summary>
[Collection(FaultCollection.Name)]
public sealed class StartTests(FaultServer postgres) : IAsyncLifetime
{
    // Far below any wait for PostgreSQL that would be cut short, far above what a busy machine takes.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(15);
    private readonly TemporaryDirectory _directory = new();
    private LavaProcess _simulator = null!;

    public async Task InitializeAsync() => _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");

    public async Task DisposeAsync()
    {
        await _simulator.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Start_PostgresRefusesConnections_WaitsSaysWhyAndServesOnceItIsThere()
    {
        await using var proxy = new PostgresProxy(await postgres.CreateDatabaseAsync());
        await using var gateway = await StartWaitingAsync(proxy);
        using var http = new HttpClient { BaseAddress = new Uri(gateway.Url) };

        Assert.Contains("waiting for PostgreSQL: 127.0.0.1:", gateway.Output, StringComparison.Ordinal);
        Assert.Contains("refused", gateway.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);
        var ready = await http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var why = await ready.Content.ReadAsStringAsync();
        Assert.StartsWith("not ready: waiting for PostgreSQL: 127.0.0.1:", why, StringComparison.Ordinal);
        Assert.Contains("lava_ready 0", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await AssertRefusedAsync(await http.GetAsync("/v1/customers"));
        await AssertRefusedAsync(await http.PostAsync("/v1/forward?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fmodels", null));

        proxy.Listen();
        await gateway.ReadyAsync();

        Assert.StartsWith("ready\npostgres: up since ", await http.GetStringAsync("/readyz"), StringComparison.Ordinal);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        await client.CustomerAsync("1.00");
        Assert.Equal(0, await gateway.TerminateAsync());
    }

    [Fact]
    public async Task Start_PostgresNeverAnswers_WaitsAndEndsPromptlyOnSigterm()
    {
        await using var proxy = new PostgresProxy(await postgres.CreateDatabaseAsync());
        proxy.Stall();
        proxy.Listen();
        await using var gateway = await StartWaitingAsync(proxy, ";Timeout=1");

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.True(watch.Elapsed < Prompt, $"{watch.Elapsed}\n{gateway.Output}");
    }

    [Theory]
    [InlineData("Database=nowhere", "Create the database")]
    [InlineData("Username=nobody", "Check user and password")]
    public async Task Start_PostgresRefusesTheSettings_FailsAtOnceAndSaysTheCure(string wrong, string cure)
    {
        var database = await postgres.CreateDatabaseAsync();
        var pair = wrong.Split('=');
        var settings = new NpgsqlConnectionStringBuilder(database) { [pair[0]] = pair[1] };

        var (exitCode, output) = await LavaProcess.RunAsync(
            TestGateway.Environment,
            [.. TestGateway.Arguments(_directory, _simulator, "--postgres", settings.ConnectionString), "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(1, exitCode);
        Assert.Contains(cure, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("store_unavailable", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!);
    }

    private Task<LavaProcess> StartWaitingAsync(PostgresProxy proxy, string settings = "") => LavaProcess.StartWaitingAsync(
        TestGateway.Environment, TestGateway.Arguments(_directory, _simulator, "--postgres", proxy.ConnectionString + settings));
}
