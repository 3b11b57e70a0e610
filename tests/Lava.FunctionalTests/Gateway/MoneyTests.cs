using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>Who pays, how much, and that a wallet is never overspent.</summary>
[Collection(LavaCollection.Name)]
public sealed class MoneyTests(LavaFixture lava)
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private const int Crowd = 1_000;
    private static readonly object[] Hello = [new { role = "user", content = "Hello" }];
    private static readonly object Chat = new { model = "gpt-4o-mini", max_tokens = 20, messages = Hello };

    [Fact]
    public async Task Forward_1000AtOnceForMoneyFor100_PassesExactlyTheAffordableOnes()
    {
        var customer = await lava.Client.CustomerAsync("1.00");
        await lava.Client.MeterAsync("hundred", "fixed", "requests", "0.01");
        var token = lava.Client.Token(customer, "hundred");
        var statuses = await AtOnceAsync(async _ =>
        {
            using var response = await lava.Client.ForwardAsync(Target, token, Chat, ("x-sim-latency-ms", "300"));
            await response.Content.ReadAsByteArrayAsync();
            return response.StatusCode;
        });
        Assert.Equal(100, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(Crowd - 100, statuses.Count(status => status == HttpStatusCode.PaymentRequired));
        await AssertBalanceAsync(customer, "0.0000000000");
        Assert.Equal(1.00m, await ChargedAsync(customer));
    }

    [Fact]
    public async Task Forward_1000AtOnceByTokens_ChargesWhatTheBalanceLost()
    {
        const decimal Credit = 0.02m;
        var customer = await lava.Client.CustomerAsync("0.02");
        await lava.Client.MeterAsync("by-tokens", "fixed", "tokens_1m", "3.3333333333");
        var token = lava.Client.Token(customer, "by-tokens");
        var statuses = await AtOnceAsync(async i =>
        {
            var messages = new[] { new { role = "user", content = new string('w', i) } };
            var body = new { model = "gpt-4o-mini", max_tokens = 10 + (i % 50), messages };
            using var response = await lava.Client.ForwardAsync(
                Target, token, body, ("x-sim-latency-ms", "50"), ("x-sim-tokens", $"{5 + (i % 40)}"));
            await response.Content.ReadAsByteArrayAsync();
            return response.StatusCode;
        });
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PaymentRequired], statuses.Distinct().Order());
        var charged = await ChargedAsync(customer);
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("0.0000000000", (string)balance["reserved"]!);
        Assert.Equal(Credit - charged, Decimal((string)balance["available"]!));
        Assert.Equal(Credit - charged, Decimal((string)balance["granted_remaining"]!));
        Assert.InRange(charged, 0.0001m, Credit);
    }

    [Fact]
    public async Task Forward_WalletTooSmall_Says402WithTheFigures()
    {
        var customer = await lava.Client.CustomerAsync("0.25");
        await lava.Client.MeterAsync("dear", "fixed", "requests", "1");
        using var response = await lava.Client.ForwardAsync(Target, lava.Client.Token(customer, "dear"), Chat);
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("insufficient_credit", (string)error["code"]!);
        Assert.Equal("0.2500000000", (string)error["details"]!["available"]!);
        Assert.Equal("1.0000000000", (string)error["details"]!["required"]!);
        Assert.Equal("0.7500000000", (string)error["details"]!["shortfall"]!);
        Assert.True(response.Headers.Contains("x-lava-request-id"));
    }

    [Fact]
    public async Task Forward_MarkupMeter_ChargesCostPlusTheFraction()
    {
        var customer = await lava.Client.CustomerAsync("5.00");
        await lava.Client.MeterAsync("markup", "percentage", "tokens_1m", "0.20");
        var record = await CallAsync(lava.Client.Token(customer, "markup"));
        var cost = Decimal((string)record["cost"]!);
        Assert.True(cost > 0);
        var charge = record["charge"]!;
        Assert.Equal(cost * 1.2m, Decimal((string)charge["amount"]!), 10);
        Assert.Equal(Decimal((string)charge["amount"]!), charge["breakdown"]!.AsArray().Sum(slice => Decimal((string)slice!["cost"]!)));
        Assert.True((bool)record["billed"]!);
    }

    [Fact]
    public async Task Forward_Tiers_AccumulateOverCalls()
    {
        var customer = await lava.Client.CustomerAsync("50.00");
        await lava.Client.PostAsync("/v1/meters", new
        {
            name = "Tiers",
            meter_slug = "tiers",
            rate_type = "fixed",
            tier_type = "requests",
            tiers = new[] { new { start = "0", rate = "5" }, new { start = "2", rate = "3" } },
        });
        var charges = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            charges.Add((string)(await CallAsync(lava.Client.Token(customer, "tiers")))["charge"]!["amount"]!);
        }

        Assert.Equal(["5.0000000000", "5.0000000000", "3.0000000000", "3.0000000000"], charges);
    }

    [Fact]
    public async Task Forward_ModesThatTheMerchantPays_ArePricedAndNotCharged()
    {
        var customer = await lava.Client.CustomerAsync(null);
        await lava.Client.MeterAsync("merchant-pays", "fixed", "requests", "0.10");
        foreach (var token in new[]
        {
            LavaFixture.SecretKey, lava.Client.Token(null, null), lava.Client.Token(null, "merchant-pays"),
            lava.Client.Token(customer, "merchant-pays", disableBilling: true),
        })
        {
            var record = await CallAsync(token);
            Assert.False((bool)record["billed"]!);
            Assert.True(Decimal((string)record["cost"]!) > 0);
        }
    }

    [Fact]
    public async Task Report_OldAndNewSpelling_AreTheSameReport()
    {
        var customer = await lava.Client.PostAsync("/v1/customers", new { reference_id = "reporter" });
        var meter = await lava.Client.PostAsync("/v1/meters", new
        {
            name = "Report",
            meter_slug = "report",
            rate_type = "fixed",
            tier_type = "tokens_1m",
            tiers = new[] { new { start = "0", rate = "2" } },
        });
        var first = await lava.Client.PostAsync("/v1/requests", new
        {
            request_id = "r-1",
            customer_id = "reporter",
            meter_slug = "report",
            input_tokens = 500,
            output_tokens = 200,
        });
        Assert.Equal("0.0014000000", (string)first["charge"]!["amount"]!);
        var again = await lava.Client.PostAsync("/v1/requests", new
        {
            request_id = "r-1",
            connection_secret = (string)customer["connection_secret"]!,
            product_secret = (string)meter["product_secret"]!,
            input_tokens = 500,
            output_tokens = 200,
        });
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        var balance = await lava.Client.GetAsync("/v1/customers/reporter/ledger");
        Assert.Equal("-0.0014000000", (string)balance["data"]![0]!["amount"]!);
    }

    [Fact]
    public async Task Report_TwentyTimesAtOnce_IsRecordedAndChargedOnce()
    {
        var customer = await lava.Client.CustomerAsync("1.00", "crowd");
        await lava.Client.MeterAsync("crowd", "fixed", "requests", "0.25");
        var report = new { request_id = "crowd-1", customer_id = "crowd", meter_slug = "crowd" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lava.Client.PostAsync("/v1/requests", report)));
        Assert.Single(answers.Select(answer => answer.ToJsonString()).Distinct());
        await AssertBalanceAsync(customer, "0.7500000000");
        Assert.Equal(0.25m, await ChargedAsync(customer));
    }

    /// <summary>A crowd of calls, none of which begins before all are ready.</summary>
    private static Task<HttpStatusCode[]> AtOnceAsync(Func<int, Task<HttpStatusCode>> call)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, Crowd).Select(async i =>
        {
            await start.Task;
            return await call(i);
        }).ToArray();
        start.SetResult();
        return Task.WhenAll(calls);
    }

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private async Task<JsonNode> CallAsync(string token)
    {
        using var response = await lava.Client.ForwardAsync(Target, token, Chat);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        return await lava.Client.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
    }

    private async Task AssertBalanceAsync(string customer, string available)
    {
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal(available, (string)balance["available"]!);
        Assert.Equal("0.0000000000", (string)balance["reserved"]!);
    }

    /// <summary>The sum of all charges in the record list, page by page.</summary>
    private async Task<decimal> ChargedAsync(string customer)
    {
        var path = $"/v1/requests?limit=100&customer_id={customer}";
        var sum = 0m;
        string? cursor = null;
        do
        {
            var page = await lava.Client.GetAsync(path + (cursor is null ? "" : $"&cursor={cursor}"));
            sum += page["data"]!.AsArray().Sum(request => Decimal((string)request!["charge"]!["amount"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return sum;
    }
}
