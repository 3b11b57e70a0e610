using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>How apps use meters, plans and metadata together; the README's cookbook says the same with curl.</summary>
[Collection(LavaCollection.Name)]
public sealed class WorkflowTests(LavaFixture lava)
{
    private const string OpenAi = "https://api.openai.com/v1/chat/completions";
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private static readonly object[] Hello = [new { role = "user", content = "Hello" }];
    private static readonly object Gpt = new { model = "gpt-4o-mini", max_tokens = 20, messages = Hello };
    private static readonly object Claude = new { model = "claude-haiku-4-5", max_tokens = 20, messages = Hello };

    [Fact]
    public async Task TwoModelsAtOnce_OnlyTheMeterInThePlanIsBilledAndBothAreCounted()
    {
        await lava.Client.MeterAsync("ab-answer", "fixed", "requests", "0.25");
        await lava.Client.MeterAsync("ab-shadow", "fixed", "requests", "0.10");
        var customer = await lava.Client.CustomerAsync("1.00");
        await SubscribeAsync(customer, "ab-answer");

        var calls = await Task.WhenAll(
            CallAsync(OpenAi, lava.Client.Token(customer, "ab-answer"), Gpt),
            CallAsync(Anthropic, lava.Client.Token(customer, "ab-shadow"), Claude));

        Assert.Equal([true, false], calls.Select(call => (bool)call["billed"]!));
        Assert.All(calls, call => Assert.Equal(customer, (string)call["customer_id"]!));
        Assert.All(calls, call => Assert.True(Decimal(call["cost"]) > 0));
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("0.7500000000", (string)balance["available"]!);

        var usage = await lava.Client.GetAsync($"/v1/usage?start={Yesterday}&customer_id={customer}&group_by=model");
        Assert.Equal(
            calls.Select(call => ((string)call["model"]!, (string)call["cost"]!)).Order(),
            usage["items"]!.AsArray().Select(item => ((string)item!["group"]!, (string)item["total_cost"]!)).Order());
        Assert.Equal("0.2500000000", (string)usage["totals"]!["total_charge"]!);
    }

    [Fact]
    public async Task PlanChanged_TheOtherMeterIsBilledFromTheNextCallOn()
    {
        await lava.Client.MeterAsync("before", "fixed", "requests", "0.25");
        await lava.Client.MeterAsync("after", "fixed", "requests", "0.10");
        var customer = await lava.Client.CustomerAsync("1.00");
        var plan = await SubscribeAsync(customer, "before");

        await lava.Client.SendAsync(HttpMethod.Patch, $"/v1/plans/{plan}", new { meter_ids = new[] { "after" } });

        Assert.False((bool)(await CallAsync(OpenAi, lava.Client.Token(customer, "before"), Gpt))["billed"]!);
        Assert.True((bool)(await CallAsync(OpenAi, lava.Client.Token(customer, "after"), Gpt))["billed"]!);
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("0.9000000000", (string)balance["available"]!);
    }

    [Fact]
    public async Task FiftyCallsOfAnAgent_AreTrackedAndTheFinishedWorkIsCharged()
    {
        const int Calls = 50;
        await lava.Client.MeterAsync("agent-steps", "percentage", "tokens_1m", "0.20");
        await lava.Client.MeterAsync("investigation-completed", "fixed", "requests", "2.50");
        var customer = await lava.Client.CustomerAsync("10.00");
        var token = lava.Client.Token(customer, "agent-steps", disableBilling: true);

        var steps = await Task.WhenAll(Enumerable.Range(0, Calls).Select(i =>
            CallAsync(OpenAi, token, Gpt, ("X-Lava-Metadata-Investigation", "i-7"), ("X-Lava-Metadata-Step", $"{i}"))));
        var report = await lava.Client.PostAsync("/v1/requests", new
        {
            request_id = $"{customer}-i-7",
            customer_id = customer,
            meter_slug = "investigation-completed",
            metadata = new { investigation = "i-7" },
        });

        Assert.DoesNotContain(steps, step => (bool)step["billed"]!);
        Assert.Equal((true, "2.5000000000"), ((bool)report["billed"]!, (string)report["charge"]!["amount"]!));
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("7.5000000000", (string)balance["available"]!);
        var usage = (await lava.Client.GetAsync(
            $"/v1/usage?start={Yesterday}&customer_id={customer}&metadata_filters={Filter("investigation", "i-7")}"))["totals"]!;
        Assert.Equal(Calls + 1, (int)usage["total_requests"]!);
        Assert.Equal("2.5000000000", (string)usage["total_charge"]!);
        Assert.Equal(steps.Sum(step => Decimal(step["cost"])), Decimal(usage["total_cost"]));
    }

    [Fact]
    public async Task Metadata_HoweverItIsSent_IsFoundAgain()
    {
        var customer = await lava.Client.CustomerAsync("1.00");
        await lava.Client.MeterAsync("labelled", "fixed", "requests", "0.01");
        var token = lava.Client.Token(customer, "labelled");

        var whole = await CallAsync(OpenAi, token, Gpt, ("x-lava-metadata", """{"feature":"chat","team":"a"}"""));
        var single = await CallAsync(OpenAi, token, Gpt, ("X-Lava-Metadata-Feature", "chat"), ("X-Lava-Metadata-Team", "b"));
        var query = await CallAsync(
            $"{OpenAi}&metadata={Uri.EscapeDataString("""{"feature":"chat","team":"c"}""")}", token, Gpt, isQuery: true);
        await CallAsync(OpenAi, token, Gpt, ("X-Lava-Metadata-Feature", "search"));

        Assert.Equal(
            new[] { query, single, whole }.Select(call => (string)call["request_id"]!).Order(),
            (await FindAsync(customer, Filter("feature", "chat"))).Order());
        Assert.Equal([(string)single["request_id"]!], await FindAsync(customer, """[["feature","chat"],["team","b"]]"""));
        Assert.Equal([(string)query["request_id"]!], await FindAsync(customer, Filter("team", "c")));
        Assert.Empty(await FindAsync(customer, Filter("team", "d")));
    }

    [Fact]
    public async Task UnlinkedMeter_OfAMerchantWhoRefuses_IsNotCalled()
    {
        await lava.Client.MeterAsync("in-plan", "fixed", "requests", "0.25");
        await lava.Client.MeterAsync("off-plan", "fixed", "requests", "0.25");
        var customer = await lava.Client.CustomerAsync("1.00");
        await SubscribeAsync(customer, "in-plan");
        await SetUnlinkedAsync("refuse");
        try
        {
            using var refused = await lava.Client.ForwardAsync(OpenAi, lava.Client.Token(customer, "off-plan"), Gpt);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("meter_not_in_plan", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.True((bool)(await CallAsync(OpenAi, lava.Client.Token(customer, "in-plan"), Gpt))["billed"]!);
        }
        finally
        {
            await SetUnlinkedAsync("track");
        }
    }

    private static string Yesterday => DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd", null);

    private static string Filter(string key, string value) => $"""[["{key}","{value}"]]""";

    private static decimal Decimal(JsonNode? text) =>
        decimal.Parse((string)text!, System.Globalization.CultureInfo.InvariantCulture);

    private Task SetUnlinkedAsync(string choice) =>
        lava.Client.SendAsync(HttpMethod.Patch, "/v1/settings", new { unlinked_meters = choice });

    private async Task<string> SubscribeAsync(string customer, string meter)
    {
        var plan = (string)(await lava.Client.PostAsync(
            "/v1/plans", new { name = "Free", period_amount = "0", billing_interval = "month", meter_ids = new[] { meter } }))["plan_id"]!;
        await lava.Client.PostAsync("/v1/subscriptions", new { customer_id = customer, plan_id = plan });
        return plan;
    }

    private async Task<string[]> FindAsync(string customer, string filter)
    {
        var page = await lava.Client.GetAsync($"/v1/requests?customer_id={customer}&metadata_filters={Uri.EscapeDataString(filter)}");
        return [.. page["data"]!.AsArray().Select(request => (string)request!["request_id"]!)];
    }

    private Task<JsonNode> CallAsync(string target, string token, object body, params (string, string)[] headers) =>
        CallAsync(target, token, body, isQuery: false, headers);

    /// <summary>A call and its record.</summary>
    private async Task<JsonNode> CallAsync(string target, string token, object body, bool isQuery, params (string, string)[] headers)
    {
        using var response = isQuery
            ? await SendRawAsync(target, token, body)
            : await lava.Client.ForwardAsync(target, token, body, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        return await lava.Client.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
    }

    private async Task<HttpResponseMessage> SendRawAsync(string query, string token, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{lava.Url}/v1/forward?u={query}");
        request.Content = System.Net.Http.Json.JsonContent.Create(body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await lava.Client.Http.SendAsync(request);
    }
}
