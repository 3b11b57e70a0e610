using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Billing;

/// <summary>
/// A customer's year on a real server: signs up, calls, pays, is declined, pays again, moves between plans and leaves, over four kills.
/// Every entry of the ledger and every payment is compared with a table; the events that webhooks are told stand in the script.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class BillingYearTests(FaultServer postgres) : IAsyncLifetime
{
    private const string TestClockOn = "true";
    private const string Meter = "dollar";

    /// <summary>Kind, amount and balance after it, oldest first; <c>×n</c>: so many of it, and the balance after the last.</summary>
    private static readonly string[] Ledger =
    [
        // 31 January: on the free plan with 3 of welcome credit; two calls at 1 each.
        "grant 3 3",
        "charge -1 ×2 1",

        // The same day the small plan, 20 for 20. The cycle ends on 28 February, with 1 of overage.
        "cycle_credit 20 21",
        "charge -1 ×22 -1",

        // The renewal charges 20 and the 1 that is owed.
        "overage 1 0",
        "cycle_credit 20 20",
        "charge -1 ×10 10",

        // 15 March, noon: half of the cycle to 31 March is left. The large plan costs 60 and brings 50: (50 - 20) / 2.
        "cycle_credit 15 25",
        "charge -1 ×5 20",

        // The large plan carries over in full.
        "cycle_credit 50 70",
        "charge -1 ×75 -5",

        // 5 of overage are the increment: charged at once. Then a bundle of 12, of which 2 are owed already.
        "overage 5 0",
        "charge -1 ×2 -2",
        "purchase 12 10",
        "charge -1 ×5 5",

        // 30 April is declined: no credit; the rest of the bundle can be used.
        "charge -1 ×5 0",

        // Another card: May is paid.
        "cycle_credit 50 50",
        "grant 4 54",
        "charge -1 ×10 44",
        "cycle_credit 50 94",
        "charge -1 ×30 64",

        // 15 June: the 4 of May were granted until then and not touched, for the plan's credit goes first.
        "expiry -4 60",

        // 30 June: down to the small plan; what the large one left carries over into it.
        "cycle_credit 20 80",
        "charge -1 ×15 65",

        // The small plan carries nothing over.
        "cycle_credit 20 85",
        "expiry -65 20",

        // A bundle, of which the small plan's end takes what is left.
        "purchase 12 32",
        "charge -1 ×25 7",
        "cycle_credit 20 27",
        "expiry -7 20",

        // September: 10 of overage in two parts, and no more.
        "charge -1 ×20 0",
        "charge -1 ×5 -5",
        "overage 5 0",
        "charge -1 ×5 -5",
        "overage 5 0",
        "cycle_credit 20 20",

        // Cancelled in October: it ends with the cycle, and its credit with it.
        "charge -1 ×5 15",
        "expiry -15 0",
    ];

    private static readonly string[] Payments =
    [
        "subscription 20 succeeded",
        "renewal 21 succeeded",
        "upgrade 20 succeeded",
        "renewal 60 succeeded",
        "overage 5 succeeded",
        "bundle 10 succeeded",
        "renewal 60 succeeded",
        "renewal 60 succeeded",
        "renewal 20 succeeded",
        "renewal 20 succeeded",
        "bundle 10 succeeded",
        "renewal 20 succeeded",
        "overage 5 succeeded",
        "overage 5 succeeded",
        "renewal 20 succeeded",
    ];

    private readonly TemporaryDirectory _directory = new();
    private string _database = "";
    private NpgsqlDataSource _source = null!;
    private WebhookReceiver _hook = null!;
    private LavaProcess _simulator = null!;
    private LavaProcess _gateway = null!;
    private LavaClient _client = null!;
    private BilledCustomer _customer = null!;
    private JsonNode _small = null!;
    private JsonNode _large = null!;

    public async Task InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _source = NpgsqlDataSource.Create(_database);
        _hook = await WebhookReceiver.StartAsync();
        _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await StartAsync();
        await _client.MeterAsync(Meter, "fixed", "requests", "1");
        await _client.PostAsync("/v1/webhooks", new { name = "books", url = _hook.Url });
        _small = await PlanAsync("Small", "20", "20", "none");
        _large = await PlanAsync("Large", "60", "50", "full");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _simulator.DisposeAsync();
        await _hook.DisposeAsync();
        await _source.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Year_OfOneCustomerOverKills_IsTheTable()
    {
        await SignUpInJanuaryAsync();
        await KillAsync();
        await UpgradeInMarchAsync();
        await KillAsync();
        await OverageInAprilAsync();
        await DeclineInMayAsync();
        await DowngradeInJuneAsync();
        await KillAsync();
        await LapseInSummerAsync();
        await LimitInSeptemberAsync();
        await CancelInOctoberAsync();

        Assert.Equal(Ledger.SelectMany(Expand), await _customer.LedgerAsync());
        Assert.Equal(Payments, await _customer.PaymentsAsync());
        Assert.Empty(_hook.Rest());
        Assert.Equal("0", await _customer.RemainingAsync());
        await Audit.AssertProvenAsync(_directory, _database);
    }

    private async Task SignUpInJanuaryAsync()
    {
        await AdvanceAsync("2031-01-31", 0, 0, 0, 0);
        _customer = new(await _client.CustomerAsync(null, "year")) { Client = _client, Meter = Meter, Database = _source };
        await _hook.NextAsync("customer.created");
        var plans = (await _client.GetAsync("/v1/plans"))["data"]!.AsArray();
        var free = plans.Single(plan => (string)plan!["name"]! == "Free")!;
        await SubscribeAsync(free);

        // The free plan has no meter yet: a call is counted and not charged. With the meter, calls need credit.
        await _customer.UseAsync(1);
        await _client.SendAsync(HttpMethod.Patch, $"/v1/plans/{free["plan_id"]}", new { meter_ids = await MeterIdsAsync() });
        Assert.Equal((HttpStatusCode.PaymentRequired, "credit"), await _customer.CallAsync());
        await _client.PostAsync($"/v1/customers/{_customer.Id}/credits", new { amount = "3" });
        await _customer.UseAsync(2);
        await _customer.AddCardAsync("pm_card_visa");
        await SubscribeAsync(_small);
        await AssertCycleAsync("2031-01-31", "2031-02-28", "paid");
        await _customer.UseAsync(22);
        await _hook.NextAsync("balance.low");
    }

    private async Task UpgradeInMarchAsync()
    {
        await AdvanceAsync("2031-02-28", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
        await AssertCycleAsync("2031-02-28", "2031-03-31", "paid");
        await _customer.UseAsync(10);
        await AdvanceAsync("2031-03-15T12:00:00Z", 0, 0, 0, 0);
        var preview = await ChangeAsync(_large, isPreview: true);
        Assert.Equal(("20", "15"), Proration(preview));
        Assert.Equal(("20", "15"), Proration(await ChangeAsync(_large)));
        Assert.Equal("25", await _customer.RemainingAsync());
        await _customer.UseAsync(5);
        await AdvanceAsync("2031-03-31", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
        await AssertCycleAsync("2031-03-31", "2031-04-30", "paid");
    }

    private async Task OverageInAprilAsync()
    {
        await AdvanceAsync("2031-04-10", 0, 0, 0, 0);
        await _customer.UseAsync(75);
        await _hook.NextAsync("balance.low");
        await _hook.NextAsync("topup.succeeded");
        await _customer.UseAsync(2);
        var bundle = (string)_large["credit_bundles"]![0]!["credit_bundle_id"]!;
        await _customer.BuyAsync(bundle, "april");
        await _customer.BuyAsync(bundle, "april");
        await _hook.NextAsync("topup.succeeded");
        await _customer.UseAsync(5);
    }

    private async Task DeclineInMayAsync()
    {
        await _customer.AddCardAsync("pm_card_chargeDeclined");
        await AdvanceAsync("2031-04-30", 0, 0, 1, 0);
        await AssertCycleAsync("2031-04-30", "2031-05-31", "past_due");
        await _customer.UseAsync(5);
        await _hook.NextAsync("balance.empty");
        await BilledCustomer.UntilAsync(async () => await _customer.CallAsync() == (HttpStatusCode.PaymentRequired, "past_due"));
        await KillAsync();
        await AdvanceAsync("2031-04-30T02:00:00Z", 0, 0, 0, 0);
        Assert.Equal((HttpStatusCode.PaymentRequired, "past_due"), await _customer.CallAsync());
        await _customer.AddCardAsync("pm_card_mastercard");
        var told = await _hook.NextAsync("subscription.renewed");
        Assert.Equal("50.0000000000", (string)told["balance"]!["total_remaining"]!);
        await AssertCycleAsync("2031-04-30", "2031-05-31", "paid");
        await _client.PostAsync($"/v1/customers/{_customer.Id}/credits", new { amount = "4", expires_at = "2031-06-15T00:00:00Z" });
        await _customer.UseAsync(10);
        await AdvanceAsync("2031-05-31", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
    }

    private async Task DowngradeInJuneAsync()
    {
        await _customer.UseAsync(30);
        await AdvanceAsync("2031-06-20", 0, 0, 0, 0);
        Assert.Equal("60", await _customer.RemainingAsync());
        Assert.StartsWith("2031-06-30T00:00:00", (string)(await ChangeAsync(_small))["effective_at"]!);
        Assert.Equal((string)_small["plan_id"]!, (string)(await _customer.SubscriptionAsync())!["pending_change"]!["plan_id"]!);
        await AdvanceAsync("2031-06-30", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
        await _customer.UseAsync(15);
    }

    private async Task LapseInSummerAsync()
    {
        await AdvanceAsync("2031-08-15", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
        await _customer.BuyAsync((string)_small["credit_bundles"]![0]!["credit_bundle_id"]!, "august");
        await _hook.NextAsync("topup.succeeded");
        await _customer.UseAsync(25);
        await AdvanceAsync("2031-09-10", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
        await AssertCycleAsync("2031-08-31", "2031-09-30", "paid");
    }

    private async Task LimitInSeptemberAsync()
    {
        await _customer.UseAsync(20);
        await _hook.NextAsync("balance.low");
        await _customer.UseAsync(5);
        await _hook.NextAsync("topup.succeeded");
        await _customer.UseAsync(5);
        await _hook.NextAsync("balance.empty");
        await _hook.NextAsync("topup.succeeded");
        Assert.Equal((HttpStatusCode.PaymentRequired, "overage_limit"), await _customer.CallAsync());
    }

    private async Task CancelInOctoberAsync()
    {
        await AdvanceAsync("2031-10-10", 1, 1, 0, 0);
        await _hook.NextAsync("subscription.renewed");
        await _customer.UseAsync(5);
        var subscription = await _customer.SubscriptionAsync();
        await _client.SendAsync(HttpMethod.Delete, $"/v1/subscriptions/{subscription!["subscription_id"]}", null);
        Assert.Equal("cancellation", (string)(await _customer.SubscriptionAsync())!["pending_change"]!["type"]!);
        await KillAsync();
        await AdvanceAsync("2032-01-31", 0, 0, 0, 1);
        await _hook.NextAsync("subscription.cancelled");
        await _hook.NextAsync("balance.empty");
        Assert.Null(await _customer.SubscriptionAsync());
        Assert.Equal((HttpStatusCode.PaymentRequired, "credit"), await _customer.CallAsync());
    }

    private async Task StartAsync()
    {
        _gateway = await TestGateway.StartAsync(
            _directory, _simulator, "--postgres", _database + ";Pooling=true", "--test-clock", TestClockOn, "--allow-private-webhooks");
        _client = new LavaClient(_gateway.Url, LavaFixture.SecretKey);
    }

    /// <summary>kill -9, and another process on the same directory and database.</summary>
    private async Task KillAsync()
    {
        await _gateway.KillAsync();
        await _gateway.DisposeAsync();
        _client.Dispose();
        await StartAsync();
        _customer.Client = _client;
    }

    private async Task<JsonNode> PlanAsync(string name, string price, string credit, string rollover) => await _client.PostAsync(
        "/v1/plans",
        new
        {
            name,
            period_amount = price,
            included_credit = credit,
            billing_interval = "month",
            rollover_type = rollover,
            bundle_rollover_type = rollover,
            meter_ids = await MeterIdsAsync(),
            overage_mode = "auto_charge",
            overage_limit = "10",
            overage_increment = "5",
            credit_bundles = new[] { new { name = "Dozen", cost = "10", credit_amount = "12" } },
        });

    private async Task<string[]> MeterIdsAsync() =>
        [.. (await _client.GetAsync("/v1/meters"))["data"]!.AsArray().Select(meter => (string)meter!["meter_id"]!)];

    private Task SubscribeAsync(JsonNode plan) => _client.PostAsync(
        "/v1/subscriptions", new { customer_id = _customer.Id, plan_id = (string)plan["plan_id"]! });

    private async Task<JsonNode> ChangeAsync(JsonNode plan, bool isPreview = false) => await _client.PostAsync(
        $"/v1/subscriptions/{(await _customer.SubscriptionAsync())!["subscription_id"]}/change",
        new { plan_id = (string)plan["plan_id"]!, preview = isPreview });

    private static (string Charge, string Credit) Proration(JsonNode change) =>
        (BilledCustomer.Short(change["proration"]!["amount"]!), BilledCustomer.Short(change["proration"]!["credit"]!));

    private async Task AdvanceAsync(string to, int renewed, int charged, int failed, int cancelled)
    {
        var passed = await _client.PostAsync("/v1/test_clock/advance", new { to = to.Length > 10 ? to : to + "T00:00:00Z" });
        Assert.Equal(
            (renewed, charged, failed, cancelled),
            ((int)passed["renewed"]!, (int)passed["charged"]!, (int)passed["failed"]!, (int)passed["cancelled"]!));
    }

    private async Task AssertCycleAsync(string start, string end, string paymentStatus)
    {
        var subscription = (await _customer.SubscriptionAsync())!;
        Assert.Equal(
            (start, end, paymentStatus),
            (Day("cycle_start_at"), Day("cycle_end_at"), (string)subscription["payment_status"]!));

        string Day(string name) => ((string)subscription[name]!)[..10];
    }

    private static IEnumerable<string> Expand(string row)
    {
        var parts = row.Split(' ');
        if (parts is not [var kind, var amount, ['×', .. var count], var last])
        {
            return [row];
        }

        var times = int.Parse(count, CultureInfo.InvariantCulture);
        var (step, balance) = (Number(amount), Number(last));
        return Enumerable.Range(1, times).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{kind} {amount} {balance - (step * (times - i))}"));

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
