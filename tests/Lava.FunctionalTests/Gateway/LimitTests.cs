using System.Net;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>Hard limits of a whole server: fifty callers at once, kill -9 in their middle, and what a new process makes of it.</summary>
public sealed class LimitTests
{
    private const string Chat = "https://api.openai.com/v1/chat/completions";
    private const int Callers = 50;
    private const long Limit = 100_000;
    private static readonly object Body = new
    {
        model = "gpt-4o-mini",
        max_tokens = 400,
        messages = new[] { new { role = "user", content = "one two three" } },
    };

    [Fact]
    public async Task Tokens_FiftyCallersKilledInTheirMiddle_AreNeverPassedAndCountAsTheRecordsSay()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var first = await StartAsync(directory, simulator);
        string customer;
        using (var client = new LavaClient(first.Url, LavaFixture.SecretKey))
        {
            await client.MeterAsync("chat", "percentage", "tokens_1m", "0.2");
            customer = await client.CustomerAsync("1000");
            await client.SendAsync(HttpMethod.Patch, $"/v1/customers/{customer}", new
            {
                limits = new object[]
                {
                    new { unit = "tokens", cycle = "total", amount = Limit },
                    new { unit = "requests", cycle = "monthly", amount = 1_000_000 },
                    new { unit = "spend", cycle = "weekly", amount = "500" },
                },
            });
            await CallAsync(client, customer, 1_000, afterAnswers: 60, first.KillAsync);
        }

        await first.DisposeAsync();
        await using var second = await StartAsync(directory, simulator);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        await AssertCountedAsync(again, customer);

        var refused = await CallAsync(again, customer, 10, int.MaxValue, () => Task.CompletedTask);

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
    private static async Task<int> CallAsync(LavaClient client, string customer, int calls, int afterAnswers, Func<Task> then)
    {
        var (answers, refused) = (0, 0);
        var reached = new TaskCompletionSource();
        var callers = Enumerable.Range(0, Callers).Select(async _ =>
        {
            try
            {
                for (var i = 0; i < calls; i++)
                {
                    using var response = await client.ForwardAsync(Chat, client.Token(customer, "chat"), Body, ("x-sim-tokens", "390"));
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
