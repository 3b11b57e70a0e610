using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lava.FunctionalTests.Gateway;

/// <summary>kill -9 while balances change and targets are told: nothing is left out, and the order holds.</summary>
[Collection(FaultCollection.Name)]
public sealed class WebhookTests(FaultServer postgres) : IAsyncLifetime
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private const int Rounds = 3;
    private const int CallsPerRound = 40;
    private readonly ConcurrentQueue<(string Id, JsonNode Body)> _told = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private WebApplication _hook = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _hook = builder.Build();
        _hook.Run(TakeAsync);
        await _hook.StartAsync();
    }

    public async Task DisposeAsync() => await _hook.DisposeAsync();

    [Fact]
    public async Task Kill9_WhileBalancesChange_EndsWithTheLastBalanceAndInOrder()
    {
        var database = await postgres.CreateDatabaseAsync();
        string[] arguments = ["--postgres", database + ";Pooling=true", "--allow-private-webhooks"];
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var customer = "";
        for (var round = 0; round < Rounds; round++)
        {
            await using var gateway = await TestGateway.StartAsync(directory, simulator, arguments);
            using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
            if (round == 0)
            {
                var url = _hook.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
                await client.PostAsync("/v1/webhooks", new { name = "books", url });
                await client.MeterAsync("chat", "percentage", "tokens_1m", "0.20");
                customer = await client.CustomerAsync("10.00");
            }

            await CallAsync(client, customer);
            await _arrived.WaitAsync(TimeSpan.FromSeconds(30));
            await gateway.KillAsync();
            await EndLeasesAsync(database);
        }

        await using var last = await TestGateway.StartAsync(directory, simulator, arguments);
        using var reader = new LavaClient(last.Url, LavaFixture.SecretKey);
        await CallAsync(reader, customer);
        var balance = (string)(await reader.GetAsync($"/v1/customers/{customer}/balance"))["total_remaining"]!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (_told.IsEmpty || Balance(_told.Last().Body) != balance)
        {
            await _arrived.WaitAsync(limit.Token);
        }

        var events = _told.ToArray();
        var firsts = events.DistinctBy(told => told.Id).ToArray();
        Assert.Equal("customer.created", (string)firsts[0].Body["event"]!);
        Assert.Equal(firsts.Select(told => told.Id).Order(StringComparer.Ordinal), firsts.Select(told => told.Id));
        Assert.All(events.GroupBy(told => told.Id), same => Assert.Single(same.Select(told => told.Body.ToJsonString()).Distinct()));

        // A later balance takes the place of one that waits, and one that a killed server was sending is not sent again at once: the
        // customer and the last balance may be all that is told.
        Assert.InRange(firsts.Length, 2, 2 + ((Rounds + 1) * CallsPerRound));
    }

    // What a killed server was sending is sent again when its lease ends: here at once, not after a minute.
    private static async Task EndLeasesAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("update webhook_deliveries set next_attempt_at = now() where state = 0");
        await command.ExecuteNonQueryAsync();
    }

    private static string Balance(JsonNode body) => (string)body["data"]!["balance"]!["total_remaining"]!;

    private static async Task CallAsync(LavaClient client, string customer)
    {
        var token = client.Token(customer, "chat");
        for (var i = 0; i < CallsPerRound; i++)
        {
            using var answer = await client.ForwardAsync(
                Target, token, new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "Hello" } } });
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _told.Enqueue((http.Request.Headers["webhook-id"].ToString(), JsonNode.Parse(body.ToArray())!));
        _arrived.Release();
    }
}
