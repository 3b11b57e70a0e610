using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Faults;

/// <summary>PostgreSQL away while calls run: they go on, nothing is lost or doubled, and who needs PostgreSQL is told so soon.</summary>
[Collection(OutageCollection.Name)]
public sealed class OutageTests(FaultServer postgres) : IAsyncLifetime
{
    private const string Away = "postgres: away since ";

    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryDirectory _directory = new();
    private LavaProcess _simulator = null!;
    private PostgresProxy _proxy = null!;
    private string _database = "";

    public async Task InitializeAsync()
    {
        _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        _database = await postgres.CreateDatabaseAsync();
        _proxy = new PostgresProxy(_database);
        _proxy.Listen();
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _simulator.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Commit_AnswersAreLost_EachRecordIsBookedOnce()
    {
        const int cuts = 6;
        await using var gateway = await StartAsync();
        var load = await TestGateway.LoadAsync(gateway);
        await using var run = load.Start(gateway, reports: false);

        for (var cut = 1; cut <= cuts; cut++)
        {
            _proxy.CutCommit();
            while (_proxy.CommitsCut < cut)
            {
                await run.AnswersAsync(10);
            }
        }

        await FinishAsync(gateway, load, run);
    }

    [Fact]
    public async Task Connections_AreCutAgainAndAgain_CallsGoOn()
    {
        await using var gateway = await StartAsync();
        var load = await TestGateway.LoadAsync(gateway);
        await using var run = load.Start(gateway, reports: false);
        for (var round = 0; round < 6; round++)
        {
            await run.AnswersAsync(50);
            _proxy.Cut();
        }

        await FinishAsync(gateway, load, run);
    }

    [Fact]
    public async Task Postgres_AnswersNothing_CallsGoOnAndReadersAreToldAtOnce()
    {
        // Time limits so long that an answer before them comes from what is known of PostgreSQL, not from one of them.
        await using var gateway = await StartAsync(";Timeout=20;Command Timeout=20");
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        var load = await TestGateway.LoadAsync(gateway);
        await using var run = load.Start(gateway, reports: false);
        _proxy.Stall();
        await WaitForReadyzAsync(client, Away);

        await run.AnswersAsync(100);
        var watch = Stopwatch.StartNew();
        foreach (var path in new[] { "/v1/requests", "/v1/usage?start=2026-01-01T00:00:00Z", $"/v1/customers/{load.Payers[0]}/ledger" })
        {
            await AssertUnavailableAsync(client, path);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
        Assert.Equal(0, await Audit.MetricAsync(client, "lava_postgres_up"));
        Assert.Equal(1, await Audit.MetricAsync(client, "lava_ready"));

        _proxy.Flow();
        await WaitForReadyzAsync(client, "postgres: up since ");

        // The list waits for a flush, but no longer than a reader would: on a busy machine it is told once more that it is away.
        await WaitAsync(async () =>
        {
            using var list = await ReadAsync(client, "/v1/requests");
            return list.IsSuccessStatusCode;
        });
        Assert.True(await Audit.MetricAsync(client, "lava_flush_batch_lag_seconds_count") > 0);
        Assert.True(await Audit.MetricAsync(client, "lava_flush_batch_lag_seconds_bucket{le=\"+Inf\"}") > 0);
        await FinishAsync(gateway, load, run);
    }

    [Fact]
    public async Task Flusher_ConnectionFallsSilentInATransaction_GoesOnWithAnother()
    {
        // The server keeps the locks of that transaction until it gives up the client, and the flusher waits for its answer.
        await using var gateway = await StartAsync(";Command Timeout=3;Options=-c idle_in_transaction_session_timeout=1s");
        var load = await TestGateway.LoadAsync(gateway);
        await using var run = load.Start(gateway, reports: false);
        await run.AnswersAsync(50);

        _proxy.StallCommit();
        await run.AnswersAsync(100);

        await FinishAsync(gateway, load, run);
    }

    [Fact]
    public async Task Journal_ReachesItsLimit_NewCallsAreRefusedRunningOnesLandAndItRecovers()
    {
        await using var gateway = await StartAsync("", "--journal-limit", "8MiB");
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        var load = await TestGateway.LoadAsync(gateway);
        var token = client.Token(load.Payers[0], Load.Meter);
        using var running = await client.ForwardAsync(Load.Target, token, Load.Body(stream: true), ("x-sim-fault", "stall"));
        _proxy.Stall();

        var refused = await FillAsync(client, token);
        Assert.Equal("journal_unavailable", (string)JsonNode.Parse(refused)!["error"]!["code"]!);
        await WaitForReadyzAsync(client, "not ready: the journal has reached its limit");
        Assert.Equal(0, await Audit.MetricAsync(client, "lava_ready"));

        running.Dispose();
        await LandedAsync(client);

        _proxy.Flow();
        await WaitForReadyzAsync(client, "ready\n");
        await using var run = load.Start(gateway, reports: false);
        await run.AnswersAsync(20);
        await FinishAsync(gateway, load, run);
    }

    [Fact]
    public async Task Stop_PostgresIsAway_EndsInTimeAndTheNextStartHasEverything()
    {
        var gateway = await StartAsync();
        var load = await TestGateway.LoadAsync(gateway);
        await using (var run = load.Start(gateway, reports: false))
        {
            _proxy.Stall();
            await run.AnswersAsync(100);
            await run.StopAsync();
        }

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
        await gateway.DisposeAsync();

        _proxy.Flow();
        await using var next = await StartAsync();
        await Audit.AssertAsync(next, load);
        await Audit.AssertProvenAsync(_directory, _database);
    }

    /// <summary>Calls with much metadata until one is refused; its body.</summary>
    private static async Task<string> FillAsync(LavaClient client, string token)
    {
        var metadata = $"{{{string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"k{i}\":\"{new string('m', 250)}\""))}}}";
        while (true)
        {
            using var response = await client.ForwardAsync(Load.Target, token, Load.Body(stream: false), ("x-lava-metadata", metadata));
            var body = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return body;
            }

            Assert.True(response.IsSuccessStatusCode, body);
        }
    }

    private static async Task LandedAsync(LavaClient client)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await Audit.MetricAsync(client, "lava_journal_open_holds") > 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private static Task WaitForReadyzAsync(LavaClient client, string text) => WaitAsync(async () =>
    {
        using var answer = await client.Http.GetAsync($"{client.Url}/readyz");
        return (await answer.Content.ReadAsStringAsync()).Contains(text, StringComparison.Ordinal);
    });

    private static async Task WaitAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await isSo())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task AssertUnavailableAsync(LavaClient client, string path)
    {
        using var response = await ReadAsync(client, path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{path}: {(int)response.StatusCode} {body}");
        Assert.Equal("store_unavailable", (string)JsonNode.Parse(body)!["error"]!["code"]!);
    }

    private static async Task<HttpResponseMessage> ReadAsync(LavaClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, client.Url + path);
        request.Headers.Authorization = new("Bearer", LavaFixture.SecretKey);
        return await client.Http.SendAsync(request);
    }

    private async Task FinishAsync(LavaProcess gateway, Load load, LoadRun run)
    {
        await run.StopAsync();
        Assert.Empty(run.Failures);
        await Audit.AssertAsync(gateway, load);
        Assert.Equal(0, await gateway.TerminateAsync());
        await Audit.AssertProvenAsync(_directory, _database);
    }

    private Task<LavaProcess> StartAsync(string settings = "", params string[] arguments) => TestGateway.StartAsync(
        _directory, _simulator, ["--postgres", _proxy.ConnectionString + settings, "--drain-timeout", "1s", .. arguments]);
}
