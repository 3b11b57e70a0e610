using System.Net;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Billing;

/// <summary>Calls that go on below zero on a real server, and the card that pays for them; plans' overage is set by SQL.</summary>
[Collection(FaultCollection.Name)]
public sealed class OverageTests(FaultServer postgres) : IAsyncLifetime
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly object Chat = new
    {
        model = "gpt-4o-mini",
        max_tokens = 20,
        messages = new object[] { new { role = "user", content = "Hello" } },
    };

    private readonly TemporaryDirectory _directory = new();
    private string _database = "";
    private LavaProcess _simulator = null!;
    private LavaProcess _gateway = null!;
    private LavaClient _client = null!;

    public async Task InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await StartAsync();
        await _client.MeterAsync("dear", "fixed", "requests", "0.50");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _simulator.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task AutoCharge_CardPays_CallsGoOnToTheLimitAcrossAKill()
    {
        var customer = await SubscribeAsync("auto_charge", limit: 5, increment: 1);
        Assert.Equal((HttpStatusCode.PaymentRequired, "no_payment_method"), await CallAsync(customer));
        await AddCardAsync(customer, "pm_card_visa");

        for (var call = 0; call < 2; call++)
        {
            Assert.Equal((HttpStatusCode.OK, ""), await CallAsync(customer));
        }

        var paid = await PaymentAsync(customer, "succeeded");
        Assert.Equal(("overage", "1.0000000000"), ((string)paid["kind"]!, (string)paid["amount"]!));
        await _gateway.KillAsync();
        await _gateway.DisposeAsync();
        await StartAsync();

        // Five dollars in all, whoever has paid how much of it in between.
        var more = 0;
        (HttpStatusCode Status, string Limit) last;
        while ((last = await CallAsync(customer)).Status == HttpStatusCode.OK)
        {
            more++;
        }

        Assert.Equal((8, "overage_limit"), (more, last.Limit));
        await Audit.ConvergeAsync(_client);
        await Audit.AssertProvenAsync(_directory, _database);
    }

    [Fact]
    public async Task AutoCharge_Declined_RefusesAndAnotherCardOpensAgain()
    {
        var customer = await SubscribeAsync("auto_charge", limit: 5, increment: 1);
        await AddCardAsync(customer, "pm_card_stolen");
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(customer)).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(customer)).Status);
        Assert.Equal("stolen_card", (string)(await PaymentAsync(customer, "failed"))["decline_code"]!);

        Assert.Equal((HttpStatusCode.PaymentRequired, "card_declined"), await RefusedAsync(customer));

        await _client.SendAsync(
            HttpMethod.Post, $"/v1/customers/{customer}/payment_methods", new { token = "pm_card_visa", is_default = true });
        Assert.Equal((HttpStatusCode.OK, ""), await CallAsync(customer));
        await PaymentAsync(customer, "succeeded");
    }

    [Fact]
    public async Task AutoTopUp_TooLittleForACall_BuysTheBundle()
    {
        var customer = await SubscribeAsync("auto_top_up", limit: null, increment: null);
        await AddCardAsync(customer, "pm_card_visa");
        var paid = await PaymentAsync(customer, "succeeded");
        Assert.Equal(("bundle", true), ((string)paid["kind"]!, (bool)paid["automatic"]!));
        var balance = await _client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("1.2000000000", (string)balance["available"]!);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(customer)).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(customer)).Status);

        // 0.20 is left: no flush will ever see it at zero.
        Assert.Equal((HttpStatusCode.PaymentRequired, "credit"), await CallAsync(customer));
        await UntilAsync(async () => (await CallAsync(customer)).Status == HttpStatusCode.OK);
    }

    private async Task StartAsync()
    {
        _gateway = await TestGateway.StartAsync(_directory, _simulator, "--postgres", _database + ";Pooling=true");
        _client = new LavaClient(_gateway.Url, LavaFixture.SecretKey);
    }

    private async Task<string> SubscribeAsync(string mode, int? limit, int? increment)
    {
        var plan = await _client.PostAsync("/v1/plans", new
        {
            name = mode,
            period_amount = "0",
            billing_interval = "month",
            meter_ids = new[] { (string)(await _client.GetAsync("/v1/meters"))["data"]![0]!["meter_id"]! },
            credit_bundles = new[] { new { name = "b", cost = "1", credit_amount = "1.20" } },
            default_auto_top_up_bundle_index = 0,
        });
        var customer = await _client.CustomerAsync(null);
        await _client.PostAsync("/v1/subscriptions", new { customer_id = customer, plan_id = (string)plan["plan_id"]! });
        Assert.True(Ids.TryParse(IdPrefix.Customer, customer, out var id));
        await using var source = NpgsqlDataSource.Create(_database);
        await using var command = source.CreateCommand(
            "update subscriptions set overage_mode = $2, overage_limit = $3, overage_increment = $4 where customer_id = $1");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = (short)(mode == "auto_charge" ? 1 : 2) });
        command.Parameters.Add(new() { Value = Units(limit) });
        command.Parameters.Add(new() { Value = Units(increment) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());

        // Any change of the customer shows it to the gateway as the rows now are.
        await _client.SendAsync(HttpMethod.Patch, $"/v1/customers/{customer}", new { name = "A" });
        return customer;
    }

    private static object Units(int? dollars) => dollars is { } whole ? Money.FromDollars(whole).Units : DBNull.Value;

    private Task AddCardAsync(string customer, string token) =>
        _client.PostAsync($"/v1/customers/{customer}/payment_methods", new { token });

    private async Task<(HttpStatusCode Status, string Limit)> CallAsync(string customer)
    {
        using var response = await _client.ForwardAsync(Target, _client.Token(customer, "dear"), Chat);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, (string?)JsonNode.Parse(text)!["error"]?["details"]?["limit"] ?? "");
    }

    // The customer is shown a moment after the payment is seen.
    private async Task<(HttpStatusCode Status, string Limit)> RefusedAsync(string customer)
    {
        (HttpStatusCode Status, string Limit) answer = default;
        await UntilAsync(async () => (answer = await CallAsync(customer)).Limit == "card_declined");
        return answer;
    }

    private async Task<JsonNode> PaymentAsync(string customer, string status)
    {
        JsonNode? found = null;
        await UntilAsync(async () => (found = (await _client.GetAsync($"/v1/customers/{customer}/payments"))["data"]!.AsArray()
            .FirstOrDefault(payment => (string)payment!["status"]! == status)) is not null);
        return found!;
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await happened())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
