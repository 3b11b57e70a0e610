using System.Globalization;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>kill -9 in the middle of a long stream: what it had come to is charged, once, whatever starts follow.</summary>
public sealed class ProgressTests
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private const decimal Credit = 5m;
    private const string Tokens = "2000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Kill9_InTheMiddleOfAStream_ChargesWhatItHadComeTo()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var first = await StartAsync(directory, simulator);
        using var client = new LavaClient(first.Url, LavaFixture.SecretKey);
        await client.MeterAsync("long", "percentage", "tokens_1m", "0.25");
        var customer = await client.CustomerAsync("5.00");
        var token = client.Token(customer, "long");
        var whole = await client.ForwardAsync(Target, token, Body, ("x-sim-tokens", Tokens));
        await whole.Content.ReadAsByteArrayAsync();
        var full = Charge(await client.GetAsync($"/v1/requests/{Id(whole)}"));

        // A hundred seconds of stream: the second record of how far it is comes after two or three.
        using var half = await client.ForwardAsync(
            Target, token, Body, ("x-sim-tokens", Tokens), ("x-sim-tokens-per-second", "20"));
        await ProgressAsync(client, records: 2);
        await first.KillAsync();
        await first.DisposeAsync();

        var charged = await InterruptedAsync(directory, simulator, customer, Id(half), full);
        Assert.Equal(charged, await InterruptedAsync(directory, simulator, customer, Id(half), full));
    }

    private static object Body
    {
        get
        {
            var messages = new[] { new { role = "user", content = "Tell me all about it." } };
            return new { model = "gpt-4o-mini", max_tokens = 2500, stream = true, messages };
        }
    }

    private static Task<LavaProcess> StartAsync(TemporaryDirectory directory, LavaProcess simulator) => LavaProcess.StartAsync(
        new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey },
        "serve", "--data", Path.Combine(directory.Path, "data"), "--upstream", $"*={simulator.Url}");

    private static async Task ProgressAsync(LavaClient client, int records)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var metrics = await client.Http.GetStringAsync(new Uri($"{client.Url}/metrics"), limit.Token);
            var line = metrics.Split('\n').Single(text => text.StartsWith("lava_journal_progress_total ", StringComparison.Ordinal));
            if (int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) >= records)
            {
                return;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Starts, looks at the books, stops; what the interrupted call was charged.</summary>
    private static async Task<decimal> InterruptedAsync(
        TemporaryDirectory directory, LavaProcess simulator, string customer, string id, decimal full)
    {
        await using var gateway = await StartAsync(directory, simulator);
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        var record = await client.GetAsync($"/v1/requests/{id}");
        Assert.Equal(("error", "interrupted"), ((string)record["status"]!, (string)record["error_code"]!));
        Assert.Equal("partial", (string)record["usage_certainty"]!);
        var charge = Charge(record);
        Assert.InRange(charge, 0.0000000001m, full);
        Assert.Equal(2, (await client.GetAsync($"/v1/requests?customer_id={customer}"))["data"]!.AsArray().Count);

        var balance = await client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal(0m, Decimal(balance["reserved"]!));
        Assert.Equal(Credit - full - charge, Decimal(balance["available"]!));
        Assert.Equal(Credit - full - charge, Decimal(balance["granted_remaining"]!));
        Assert.Equal(0, await gateway.TerminateAsync());
        return charge;
    }

    private static string Id(HttpResponseMessage response) => response.Headers.GetValues("x-lava-request-id").Single();

    private static decimal Charge(JsonNode record) => Decimal(record["charge"]!["amount"]!);

    private static decimal Decimal(JsonNode value) => decimal.Parse((string)value!, CultureInfo.InvariantCulture);
}
