using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>kill -9 under load: what a client had in full is charged, once; the books add up after the next start.</summary>
public sealed class CrashTests
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private const string Credit = "1000.00";
    private const int Clients = 16;
    private const int AnswersBeforeKill = 150;
    private const int Customers = 4;

    private static int Rounds => Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is null ? 5 : 100;

    [Fact]
    public async Task Kill9_UnderLoad_LosesAndDoublesNothing()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var received = new ConcurrentBag<string>();
        var customers = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var gateway = await StartAsync(directory, simulator);
            using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
            if (round == 0)
            {
                await client.MeterAsync("crash", "percentage", "tokens_1m", "0.25");
                for (var i = 0; i < Customers; i++)
                {
                    customers.Add(await client.CustomerAsync(Credit));
                }
            }

            await LoadAsync(client, [.. customers.Select(customer => client.Token(customer, "crash"))], received, gateway);
            await gateway.DisposeAsync();
        }

        await using var last = await StartAsync(directory, simulator);
        using var reader = new LavaClient(last.Url, LavaFixture.SecretKey);
        await AssertBooksAsync(reader, customers, received);
        Assert.Equal(0, await last.TerminateAsync());
    }

    private static Task<LavaProcess> StartAsync(TemporaryDirectory directory, LavaProcess simulator) => LavaProcess.StartAsync(
        new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey },
        "serve", "--data", Path.Combine(directory.Path, "data"), "--upstream", $"*={simulator.Url}");

    /// <summary>Calls until enough answers came in full, then kills the gateway in the middle of the others.</summary>
    private static async Task LoadAsync(LavaClient client, string[] tokens, ConcurrentBag<string> received, LavaProcess gateway)
    {
        var enough = received.Count + AnswersBeforeKill;
        using var stop = new CancellationTokenSource();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, Clients).Select(async i =>
        {
            for (var call = 0; !stop.IsCancellationRequested; call++)
            {
                try
                {
                    var messages = new[] { new { role = "user", content = $"{i} {call}" } };
                    var body = new { model = "gpt-4o-mini", max_tokens = 30, stream = (i + call) % 2 == 0, messages };
                    using var response = await client.ForwardAsync(Target, tokens[i % tokens.Length], body);
                    await response.Content.ReadAsByteArrayAsync();
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                    received.Add(response.Headers.GetValues("x-lava-request-id").Single());
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    // Killed in mid-answer: not received in full.
                    break;
                }

                if (received.Count >= enough)
                {
                    reached.TrySetResult();
                }
            }
        }).ToArray();
        await Task.WhenAny(reached.Task, Task.WhenAll(clients));
        Assert.True(reached.Task.IsCompleted, gateway.Output);
        await gateway.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    private static async Task AssertBooksAsync(LavaClient client, List<string> customers, IReadOnlyCollection<string> received)
    {
        var records = new Dictionary<string, JsonNode>();
        foreach (var customer in customers)
        {
            var path = $"/v1/requests?limit=100&customer_id={customer}";
            string? cursor = null;
            var charged = 0m;
            do
            {
                var page = await client.GetAsync(path + (cursor is null ? "" : $"&cursor={cursor}"));
                foreach (var request in page["data"]!.AsArray())
                {
                    Assert.True(records.TryAdd((string)request!["request_id"]!, request), "a record appears twice");
                    charged += Decimal(request["charge"]!["amount"]!);
                }

                cursor = (string?)page["next_cursor"];
            }
            while (cursor is not null);

            var balance = await client.GetAsync($"/v1/customers/{customer}/balance");
            Assert.Equal(0m, Decimal(balance["reserved"]!));
            Assert.Equal(Decimal(Credit) - charged, Decimal(balance["available"]!));
            Assert.Equal(Decimal(Credit) - charged, Decimal(balance["granted_remaining"]!));
        }

        foreach (var id in received)
        {
            Assert.True(records.TryGetValue(id, out var record), $"{id} was received in full and is not recorded");
            Assert.Equal("completed", (string)record["status"]!);
            Assert.True(Decimal(record["charge"]!["amount"]!) > 0);
        }
    }

    private static decimal Decimal(JsonNode value) => decimal.Parse((string)value!, CultureInfo.InvariantCulture);

    private static decimal Decimal(string value) => decimal.Parse(value, CultureInfo.InvariantCulture);
}
