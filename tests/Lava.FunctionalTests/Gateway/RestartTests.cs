using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>What a second process makes of what a first one left.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Report_SentAgainAfterKill9_IsAnsweredAsTheFirstTimeAndChargedOnce()
    {
        using var directory = new TemporaryDirectory();
        var first = await StartAsync(directory);
        using var client = new LavaClient(first.Url, LavaFixture.SecretKey);
        await client.MeterAsync("reports", "fixed", "requests", "0.25");
        var customer = await client.CustomerAsync("1.00", "reporter");
        var report = new { request_id = "job-7", customer_id = "reporter", meter_slug = "reports", metadata = new { task = "seven" } };
        var answer = (await client.PostAsync("/v1/requests", report)).ToJsonString();
        await first.KillAsync();
        await first.DisposeAsync();

        await using var second = await StartAsync(directory);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        Assert.Equal(answer, (await again.PostAsync("/v1/requests", report)).ToJsonString());
        var balance = await again.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("0.7500000000", (string)balance["available"]!);
        Assert.Single((await again.GetAsync("/v1/requests"))["data"]!.AsArray());
    }

    [Fact]
    public async Task KeysSettingsAndPlans_AfterKill9_AreAsTheyWereAndTheKeyIsNowhereToRead()
    {
        const string Key = "sk-stored-0123456789-do-not-show";
        const string Target = "https://api.openai.com/v1/chat/completions";
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var first = await StartAsync(directory, "--upstream", $"*={simulator.Url}");
        using var client = new LavaClient(first.Url, LavaFixture.SecretKey);
        await client.MeterAsync("on", "fixed", "requests", "0.25");
        await client.MeterAsync("off", "fixed", "requests", "0.25");
        var customer = await client.CustomerAsync("1.00");
        var plan = await client.PostAsync(
            "/v1/plans", new { name = "Free", period_amount = "0", billing_interval = "month", meter_ids = new[] { "on" } });
        await client.PostAsync("/v1/subscriptions", new { customer_id = customer, plan_id = (string)plan["plan_id"]! });
        await client.SendAsync(HttpMethod.Put, "/v1/provider_keys/openai", new { key = Key });
        await client.SendAsync(
            HttpMethod.Patch, "/v1/settings", new { unpriced_models = new { input_rate = "10", output_rate = "20" } });
        var kept = await client.GetAsync("/v1/settings");
        await first.KillAsync();
        await first.DisposeAsync();

        await using var second = await StartAsync(directory, "--upstream", $"*={simulator.Url}");
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        foreach (var (meter, model, billed) in new[] { ("on", "gpt-4o-mini", true), ("off", "gpt-without-price", false) })
        {
            using var response = await again.ForwardAsync(
                Target, again.Token(customer, meter), new { model, max_tokens = 5, messages = Array.Empty<object>() });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await response.Content.ReadAsByteArrayAsync();
            var record = await again.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
            Assert.Equal((billed, "stored"), ((bool)record["billed"]!, (string)record["provider_key_type"]!));
        }

        Assert.Equal(kept.ToJsonString(), (await again.GetAsync("/v1/settings")).ToJsonString());
        Assert.Contains("...show", (await again.GetAsync("/v1/provider_keys")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(
            "lava_calls_ceiling_priced_total 1\n", await again.Http.GetStringAsync($"{second.Url}/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, first.Output + second.Output, StringComparison.Ordinal);
        await second.TerminateAsync();
        Assert.Empty(FilesWith(directory.Path, Key));
    }

    private static IEnumerable<string> FilesWith(string directory, string text) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;
        });

    [Fact]
    public async Task Money_SentAgainAfterKill9_IsAnsweredAsTheFirstTimeAndOtherContentIsRefused()
    {
        using var directory = new TemporaryDirectory();
        var first = await StartAsync(directory);
        using var client = new LavaClient(first.Url, LavaFixture.SecretKey);
        await client.MeterAsync("reports", "fixed", "requests", "0.25");
        var customer = await client.CustomerAsync(null);
        var credit = new { amount = "5", reason = "welcome", idempotency_key = "credit" };
        var grant = await client.PostAsync($"/v1/customers/{customer}/credits", credit);
        var grantId = (string)grant["grant_id"]!;
        var refund = new { kind = "refund", amount = "2", reason = "sorry", grant_id = grantId, idempotency_key = "refund" };
        var report = new { request_id = "job", customer_id = customer, meter_slug = "reports" };
        var sent = new (string Path, object Same, object Other)[]
        {
            ($"/v1/customers/{customer}/credits", credit, new { amount = "6", credit.reason, credit.idempotency_key }),
            ($"/v1/customers/{customer}/adjustments", refund,
                new { refund.kind, amount = "1", refund.reason, refund.grant_id, refund.idempotency_key }),
            ("/v1/requests", report, new { report.request_id, report.customer_id, report.meter_slug, input_tokens = 7 }),
        };
        var answers = new List<string>();
        foreach (var (path, same, _) in sent)
        {
            answers.Add(Lasting(await client.PostAsync(path, same)));
        }

        await first.KillAsync();
        await first.DisposeAsync();

        await using var second = await StartAsync(directory);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        foreach (var ((path, same, other), answer) in sent.Zip(answers))
        {
            Assert.Equal(answer, Lasting(await again.PostAsync(path, same)));
            Assert.Equal(HttpStatusCode.Conflict, await again.StatusAsync(path, other));
        }

        var balance = await again.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("2.7500000000", (string)balance["available"]!);
        var kinds = (await again.GetAsync($"/v1/customers/{customer}/ledger"))["data"]!.AsArray().Select(entry => (string)entry!["kind"]!);
        Assert.Equal(["charge", "refund", "grant"], kinds);

        // All but what is left of a grant, which calls and refunds change.
        static string Lasting(JsonNode answer)
        {
            answer.AsObject().Remove("remaining");
            return answer.ToJsonString();
        }
    }

    [Fact]
    public async Task Start_AfterATierWasReached_GoesOnInThatTier()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        string[] upstream = ["--upstream", $"*={simulator.Url}"];
        var first = await StartAsync(directory, upstream);
        using var client = new LavaClient(first.Url, LavaFixture.SecretKey);
        await client.PostAsync("/v1/meters", new
        {
            name = "Tiers",
            meter_slug = "tiers",
            rate_type = "fixed",
            tier_type = "requests",
            tiers = new[] { new { start = "0", rate = "0.5" }, new { start = "1", rate = "0.1" } },
        });
        var customer = await client.CustomerAsync("5.00");
        Assert.Equal("0.5000000000", await ChargeAsync(client, customer));
        await first.KillAsync();
        await first.DisposeAsync();

        await using var second = await StartAsync(directory, upstream);
        using var again = new LavaClient(second.Url, LavaFixture.SecretKey);
        Assert.Equal("0.1000000000", await ChargeAsync(again, customer));
    }

    [Fact]
    public async Task Provider_OfTheConfiguration_IsCalledAndPriced()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        var prices = Path.Combine(directory.Path, "prices.txt");
        await File.WriteAllTextAsync(
            prices, "version 2\nacme tiny-1 2026-01-01 input=1000 output=2000 context=1000 max_output=100 source=contract\n");
        await using var gateway = await StartAsync(
            directory, "--provider", "acme=llm.acme.test", "--prices", prices, "--upstream", $"llm.acme.test={simulator.Url}");
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        var body = new { model = "tiny-1", max_tokens = 10, messages = new[] { new { role = "user", content = "one two three" } } };
        using var response = await client.ForwardAsync("https://llm.acme.test/v1/chat/completions", client.Token(null, null), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var record = await client.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
        Assert.Equal("acme", (string)record["provider"]!);
        Assert.Equal("0.0230000000", (string)record["cost"]!);
    }

    private static Task<LavaProcess> StartAsync(TemporaryDirectory directory, params string[] arguments) => LavaProcess.StartAsync(
        new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = LavaFixture.SecretKey },
        ["serve", "--data", Path.Combine(directory.Path, "data"), .. arguments]);

    private static async Task<string> ChargeAsync(LavaClient client, string customer)
    {
        var body = new { model = "gpt-4o-mini", max_tokens = 10, messages = new[] { new { role = "user", content = "Hello" } } };
        using var response = await client.ForwardAsync(
            "https://api.openai.com/v1/chat/completions", client.Token(customer, "tiers"), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var record = await client.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
        return (string)record["charge"]!["amount"]!;
    }
}
