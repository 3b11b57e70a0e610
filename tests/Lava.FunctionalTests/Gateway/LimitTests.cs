using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>Hard limits of a whole server: fifty callers at once, kill -9 in their middle, and what a new process makes of it.</summary>
public sealed class LimitTests
{
    private const string Chat = "https://api.openai.com/v1/chat/completions";
    private const int Callers = 50;
    private const long Limit = 100_000;
    private const int KeyLimit = 300;
    private static readonly object Body = new
    {
        model = "gpt-4o-mini",
        max_tokens = 400,
        messages = new[] { new { role = "user", content = "one two three" } },
    };

    [Theory]
    [InlineData("customer")]
    [InlineData("plan")]
    public async Task Tokens_FiftyCallersKilledInTheirMiddle_AreNeverPassedAndCountAsTheRecordsSay(string limited)
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var first = await StartAsync(directory, simulator);
        string customer;
        using (var client = new LavaClient(first.Url, LavaFixture.SecretKey))
        {
            await client.MeterAsync("chat", "percentage", "tokens_1m", "0.2");
            customer = await client.CustomerAsync("1000");
            await LimitAsync(client, customer, limited == "plan");
            await CallAsync(() => ForwardAsync(client, customer), 1_000, afterAnswers: 60, first.KillAsync);
        }

        await first.DisposeAsync();
        await using var second = await StartAsync(directory, simulator);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        await AssertCountedAsync(again, customer);

        var refused = await CallAsync(() => ForwardAsync(again, customer), 10, int.MaxValue, () => Task.CompletedTask);

        Assert.True(refused > 0, "The limit was not reached.");
        var used = await AssertCountedAsync(again, customer);
        Assert.InRange(used, Limit / 2, Limit);

        // The work of a report has been done: it counts, whatever the limit.
        await again.PostAsync(
            "/v1/requests",
            new { request_id = "job-1", customer_id = customer, meter_slug = "chat", input_tokens = Limit, output_tokens = 5 });
        Assert.Equal(used + Limit + 5, await AssertCountedAsync(again, customer));
        Assert.Equal(0, await second.TerminateAsync());
        await Audit.AssertProvenAsync(directory, null);
    }

    [Fact]
    public async Task Requests_OfASpendKeyWhoseFiftyCallersAreKilled_AreNeverPassedAndCountAsTheRecordsSay()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var first = await StartAsync(directory, simulator);
        JsonNode key;
        using (var client = new LavaClient(first.Url, LavaFixture.SecretKey))
        {
            key = await client.PostAsync("/v1/spend_keys", new
            {
                name = "tools",
                request_limit = new { count = KeyLimit, cycle = "total" },
                spend_limit = new { amount = "500", cycle = "monthly" },
            });
            await CallAsync(() => DirectAsync(client, key), 1_000, afterAnswers: 60, first.KillAsync);
        }

        await first.DisposeAsync();
        await using var second = await StartAsync(directory, simulator);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        var before = await AssertKeyCountedAsync(again, key);
        Assert.InRange(before, 60, KeyLimit);

        var refused = await CallAsync(() => DirectAsync(again, key), 10, int.MaxValue, () => Task.CompletedTask);

        Assert.True(refused > 0, "The limit was not reached.");
        Assert.Equal(KeyLimit, await AssertKeyCountedAsync(again, key));
        Assert.Equal(0, await second.TerminateAsync());
        await Audit.AssertProvenAsync(directory, null);
    }

    private static async Task LimitAsync(LavaClient client, string customer, bool byPlan)
    {
        object[] limits =
        [
            new { unit = "tokens", cycle = "total", amount = Limit },
            new { unit = "requests", cycle = "monthly", amount = 1_000_000 },
            new { unit = "spend", cycle = "weekly", amount = "500" },
        ];
        if (!byPlan)
        {
            await client.SendAsync(HttpMethod.Patch, $"/v1/customers/{customer}", new { limits });
            return;
        }

        var meters = (await client.GetAsync("/v1/meters"))["data"]!.AsArray().Select(meter => (string)meter!["meter_id"]!);
        var plan = await client.PostAsync(
            "/v1/plans", new { name = "Limited", period_amount = "0", billing_interval = "month", meter_ids = meters, limits });
        await client.PostAsync("/v1/subscriptions", new { customer_id = customer, plan_id = (string)plan["plan_id"]! });
    }

    private static Task<HttpResponseMessage> ForwardAsync(LavaClient client, string customer) =>
        client.ForwardAsync(Chat, client.Token(customer, "chat"), Body, ("x-sim-tokens", "390"));

    private static async Task<HttpResponseMessage> DirectAsync(LavaClient client, JsonNode key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Url + "/v1/chat/completions")
        {
            Content = JsonContent.Create(Body),
        };
        request.Headers.Authorization = new("Bearer", (string)key["key"]!);
        return await client.Http.SendAsync(request);
    }

    /// <summary>What the key counts is what the records add up to: no other calls were made. The requests.</summary>
    private static async Task<long> AssertKeyCountedAsync(LavaClient client, JsonNode key)
    {
        var usage = (await client.GetAsync("/v1/usage?start=2026-01-01T00:00:00Z"))["totals"]!;
        var shown = await client.GetAsync($"/v1/spend_keys/{key["spend_key_id"]}");
        Assert.Equal((long)usage["total_requests"]!, (long)shown["total_requests"]!);
        Assert.Equal((long)usage["total_requests"]!, (long)shown["current_requests"]!);
        return (long)shown["current_requests"]!;
    }

    private static Task<LavaProcess> StartAsync(TemporaryDirectory directory, LavaProcess simulator) => LavaProcess.StartAsync(
        new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey },
        "serve", "--data", Path.Combine(directory.Path, "data"), "--upstream", $"*={simulator.Url}");

    /// <summary>What the limits count is what the records add up to; the tokens.</summary>
    private static async Task<long> AssertCountedAsync(LavaClient client, string customer)
    {
        var usage = (await client.GetAsync($"/v1/usage?customer_id={customer}&start=2026-01-01T00:00:00Z"))["totals"]!;
        var limits = (await client.GetAsync($"/v1/customers/{customer}/limits"))["data"]!.AsArray();
        var used = limits.ToDictionary(limit => (string)limit!["unit"]!, limit => limit!["used"]!);
        Assert.Equal((long)usage["total_requests"]!, (long)used["requests"]);
        Assert.Equal((string)usage["total_charge"]!, (string)used["spend"]!);
        Assert.Equal((long)usage["total_usage_tokens"]!, (long)used["tokens"]);
        return (long)used["tokens"];
    }

    /// <summary>So many calls of each caller at most, until the gateway is gone; how many were refused.</summary>
    private static async Task<int> CallAsync(
        Func<Task<HttpResponseMessage>> callAsync, int calls, int afterAnswers, Func<Task> then)
    {
        var (answers, refused) = (0, 0);
        var reached = new TaskCompletionSource();
        var callers = Enumerable.Range(0, Callers).Select(async _ =>
        {
            try
            {
                for (var i = 0; i < calls; i++)
                {
                    using var response = await callAsync();
                    await response.Content.ReadAsByteArrayAsync();
                    if (response.StatusCode == HttpStatusCode.TooManyRequests)
                    {
                        Interlocked.Increment(ref refused);
                    }

                    if (Interlocked.Increment(ref answers) == afterAnswers)
                    {
                        reached.SetResult();
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The gateway was killed.
            }
        }).ToList();
        var all = Task.WhenAll(callers);
        if (await Task.WhenAny(all, reached.Task) == reached.Task)
        {
            await then();
        }

        await all;
        return refused;
    }
}
