using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Faults;

/// <summary>A start without PostgreSQL waits where waiting helps, and says why; with it, whoever is in the store is served.</summary>
[Collection(FaultCollection.Name)]
public sealed class StartTests(FaultServer postgres) : IAsyncLifetime
{
    // Far below any wait for PostgreSQL that would be cut short, far above what a busy machine takes.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(15);

    // A store of usual size: what a start is measured with.
    private const int Customers = 10_000;
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

    [Fact]
    public async Task Start_StoreOfTenThousandCustomers_ServesTheFirstCallOfAnyOfThem()
    {
        var database = await postgres.CreateDatabaseAsync();
        string[] arguments = ["--postgres", database];
        await using (var empty = await TestGateway.StartAsync(_directory, _simulator, arguments))
        {
            using var first = new LavaClient(empty.Url, LavaFixture.SecretKey);
            await first.MeterAsync("chat", "fixed", "requests", "0.25");
            Assert.Equal(0, await empty.TerminateAsync());
        }

        await AddCustomersAsync(database, Customers);
        await using var gateway = await TestGateway.StartAsync(_directory, _simulator, arguments);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);

        Assert.Equal(HttpStatusCode.OK, await CallAsync(client, "customer-1"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(client, $"customer-{Customers}"));
        Assert.Equal(HttpStatusCode.PaymentRequired, await CallAsync(client, "customer-2"));
        Assert.NotEqual(HttpStatusCode.OK, await CallAsync(client, $"customer-{Customers + 1}"));
        var balance = await client.GetAsync($"/v1/customers/customer-{Customers}/balance");
        Assert.Equal("0.7500000000", (string)balance["available"]!);
    }

    // With a dollar each, but for the second; what a start reads of a customer, nothing more (no grant, no entry).
    private static async Task AddCustomersAsync(string database, int count)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            """
            with opened as (
              insert into wallets (merchant_id, kind, posted, floor)
              select merchant_id, 0, case when n = 2 then 0 else 10000000000 end, 0
              from merchants, generate_series(1, $1) n where is_test order by n returning wallet_id, merchant_id)
            insert into customers (customer_id, merchant_id, wallet_id, reference_id)
            select gen_random_uuid(), merchant_id, wallet_id, 'customer-' || row_number() over (order by wallet_id) from opened
            """);
        command.Parameters.Add(new() { Value = count });
        Assert.Equal(count, await command.ExecuteNonQueryAsync());
    }

    private static async Task<HttpStatusCode> CallAsync(LavaClient client, string customer)
    {
        var body = new { model = "gpt-4o-mini", max_tokens = 10, messages = new[] { new { role = "user", content = "Hello" } } };
        using var response = await client.ForwardAsync(
            "https://api.openai.com/v1/chat/completions", client.Token(customer, "chat"), body);
        await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode;
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
