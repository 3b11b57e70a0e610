using System.Globalization;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>Every way a call can end is settled once: charged for what was used, never free, nothing left reserved.</summary>
[Collection(LavaCollection.Name)]
public sealed class EndsTests(LavaFixture lava)
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    /// <summary>Simulator knobs, streamed, certainty, status, is it charged.</summary>
    public static TheoryData<string, bool, string, string, bool> Faults => new()
    {
        { "x-sim-fault=no-usage", false, "unknown", "completed", true },
        { "x-sim-fault=no-usage", true, "unknown", "completed", true },
        { "x-sim-fault=cut", true, "partial", "completed", true },
        { "x-sim-fault=cut-before-usage", true, "partial", "completed", true },
        { "x-sim-fault=gzip", true, "exact", "completed", true },
        { "x-sim-fault=gzip", false, "exact", "completed", true },
        { "x-sim-error=500", false, "exact", "error", false },
        { "x-sim-error=429", true, "exact", "error", false },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Forward_ProviderFault_IsSettledOnceAndRecorded(
        string knob, bool stream, string certainty, string status, bool charged)
    {
        var (customer, token) = await PayerAsync();
        var id = await CallAsync(token, stream, knob);
        var record = await SettledAsync(customer, id);
        Assert.Equal(status, (string)record["status"]!);
        Assert.Equal(certainty, (string)record["usage_certainty"]!);
        Assert.Equal(charged, Decimal(record["charge"]!["amount"]!) > 0);
        await AssertBalancedAsync(customer, Decimal(record["charge"]!["amount"]!));
    }

    [Fact]
    public async Task Forward_ClientGone_IsChargedExactlyAfterReadingOn()
    {
        var (customer, token) = await PayerAsync();
        using var leaving = new CancellationTokenSource();
        var response = await lava.Client.ForwardAsync(
            Target, token, Body(stream: true, tokens: 80), ("x-sim-tokens-per-second", "100"), ("x-sim-tokens", "80"));
        var id = response.Headers.GetValues("x-lava-request-id").Single();
        await using (var stream = await response.Content.ReadAsStreamAsync())
        {
            await stream.ReadExactlyAsync(new byte[64]);
        }

        response.Dispose();
        var record = await SettledAsync(customer, id);
        Assert.Equal("exact", (string)record["usage_certainty"]!);
        Assert.Equal(80, (int)record["model_usage"]!["output_tokens"]!);
        await AssertBalancedAsync(customer, Decimal(record["charge"]!["amount"]!));
    }

    [Fact]
    public async Task Forward_ClientGoneAndProviderStalls_IsChargedPartially()
    {
        var (customer, token) = await PayerAsync();
        var response = await lava.Client.ForwardAsync(Target, token, Body(stream: true, tokens: 80), ("x-sim-fault", "stall"));
        var id = response.Headers.GetValues("x-lava-request-id").Single();
        await using (var stream = await response.Content.ReadAsStreamAsync())
        {
            await stream.ReadExactlyAsync(new byte[64]);
        }

        response.Dispose();
        var record = await SettledAsync(customer, id);
        Assert.Equal("partial", (string)record["usage_certainty"]!);
        Assert.True(Decimal(record["charge"]!["amount"]!) > 0);
        await AssertBalancedAsync(customer, Decimal(record["charge"]!["amount"]!));
    }

    private static object Body(bool stream, int tokens)
    {
        var messages = new[] { new { role = "user", content = "Tell me all about it." } };
        return new { model = "gpt-4o-mini", max_tokens = tokens, stream, messages };
    }

    private static decimal Decimal(JsonNode value) => decimal.Parse((string)value!, CultureInfo.InvariantCulture);

    private async Task<(string Customer, string Token)> PayerAsync()
    {
        var customer = await lava.Client.CustomerAsync("1.00");
        var meter = $"ends-{Guid.CreateVersion7():N}";
        await lava.Client.MeterAsync(meter, "percentage", "tokens_1m", "0.5");
        return (customer, lava.Client.Token(customer, meter));
    }

    private async Task<string> CallAsync(string token, bool stream, string knob)
    {
        var pair = knob.Split('=');
        using var response = await lava.Client.ForwardAsync(Target, token, Body(stream, 40), (pair[0], pair[1]));
        try
        {
            await response.Content.ReadAsByteArrayAsync();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // A cut answer must look cut.
        }

        return response.Headers.GetValues("x-lava-request-id").Single();
    }

    /// <summary>The record, once the call is settled: a client that left is not told when that is.</summary>
    private async Task<JsonNode> SettledAsync(string customer, string id)
    {
        using var limit = new CancellationTokenSource(SettleLimit);
        while (true)
        {
            var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
            if (Decimal(balance["reserved"]!) == 0)
            {
                return await lava.Client.GetAsync($"/v1/requests/{id}");
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private async Task AssertBalancedAsync(string customer, decimal charge)
    {
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal(1m - charge, Decimal(balance["available"]!));
        Assert.Equal(0m, Decimal(balance["reserved"]!));
    }
}
