using System.Diagnostics;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Faults;

/// <summary>
/// SIGTERM: nothing new, what runs may finish, all is booked, exit code 0. A second one: what runs ends now, and is booked too.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class ShutdownTests(FaultServer postgres) : IAsyncLifetime
{
    private const int SlowTokens = 100;
    private readonly TemporaryDirectory _directory = new();
    private LavaProcess _simulator = null!;
    private string _database = "";

    public async Task InitializeAsync()
    {
        _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        _database = await postgres.CreateDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await _simulator.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Sigterm_UnderLoad_EveryAnswerThatCameInFullIsBooked()
    {
        Load? load = null;
        for (var round = 0; round < 2; round++)
        {
            await using var gateway = await StartAsync();
            load ??= await TestGateway.LoadAsync(gateway);
            await using var run = load.Start(gateway);
            await run.AnswersAsync(100);
            Assert.Equal(0, await gateway.TerminateAsync());
        }

        await AuditAsync(load!);
    }

    [Fact]
    public async Task Sigterm_WhileAStreamRuns_LetsItFinish()
    {
        await using var gateway = await StartAsync();
        var load = await TestGateway.LoadAsync(gateway);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        using var response = await SlowAsync(client, load, tokensPerSecond: 100);

        gateway.Signal();

        Assert.EndsWith("data: [DONE]\n\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await gateway.ExitedAsync());
        var record = await RecordAsync(response);
        Assert.Equal("exact", record.Certainty);
        Assert.Equal(SlowTokens, record.OutputTokens);
    }

    [Fact]
    public async Task Sigterm_Twice_CutsTheStreamAndChargesWhatWasSeen()
    {
        await using var gateway = await StartAsync();
        var load = await TestGateway.LoadAsync(gateway);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        using var response = await SlowAsync(client, load, tokensPerSecond: 1);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[64]);

        gateway.Signal();
        await gateway.PrintedAsync("a second signal ends them now");
        var watch = Stopwatch.StartNew();
        gateway.Signal();

        await Assert.ThrowsAnyAsync<Exception>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal(0, await gateway.ExitedAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
        var record = await RecordAsync(response);
        Assert.Equal("partial", record.Certainty);
        Assert.InRange(record.OutputTokens, 1, SlowTokens / 2);
        Assert.True(record.Charge > 0);
    }

    [Fact]
    public async Task Sigterm_TwiceUnderLoad_NothingIsLost()
    {
        await using (var gateway = await StartAsync())
        {
            var load = await TestGateway.LoadAsync(gateway);
            using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
            using var slow = await SlowAsync(client, load, tokensPerSecond: 1);
            await using var run = load.Start(gateway);
            await run.AnswersAsync(100);
            gateway.Signal();
            await gateway.PrintedAsync("a second signal ends them now");
            gateway.Signal();
            Assert.Equal(0, await gateway.ExitedAsync());
            await run.StopAsync();
            await AuditAsync(load);
        }
    }

    [Fact]
    public async Task Sigterm_GracePeriodIsOver_CutsWhatRuns()
    {
        await using var gateway = await StartAsync("--grace-period", "200ms");
        var load = await TestGateway.LoadAsync(gateway);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        using var response = await SlowAsync(client, load, tokensPerSecond: 1);

        Assert.Equal(0, await gateway.TerminateAsync());

        Assert.Equal("partial", (await RecordAsync(response)).Certainty);
    }

    private static Task<HttpResponseMessage> SlowAsync(LavaClient client, Load load, int tokensPerSecond) => client.ForwardAsync(
        Load.Target,
        client.Token(load.Payers[0], Load.Meter),
        Load.Body(stream: true, SlowTokens),
        ("x-sim-tokens-per-second", $"{tokensPerSecond}"),
        ("x-sim-tokens", $"{SlowTokens}"));

    private Task<LavaProcess> StartAsync(params string[] arguments) =>
        TestGateway.StartAsync(_directory, _simulator, ["--postgres", _database + ";Pooling=true", .. arguments]);

    /// <summary>What the next process has of a call.</summary>
    private async Task<(string Certainty, int OutputTokens, decimal Charge)> RecordAsync(HttpResponseMessage response)
    {
        await using var next = await StartAsync();
        using var client = new LavaClient(next.Url, LavaFixture.SecretKey);
        var record = await client.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
        return (
            (string)record["usage_certainty"]!, (int)record["model_usage"]!["output_tokens"]!, Audit.Decimal(record["charge"]!["amount"]!));
    }

    private async Task AuditAsync(Load load)
    {
        await using var next = await StartAsync();
        await Audit.AssertAsync(next, load);
        Assert.Equal(0, await next.TerminateAsync());
        await Audit.AssertProvenAsync(_directory, _database);
    }
}
