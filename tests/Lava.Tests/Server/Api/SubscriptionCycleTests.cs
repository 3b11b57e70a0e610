using System.Globalization;
using System.Net;
using System.Text.Json;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Tests.Server.Api;

/// <summary>Plans that cost money, cycle after cycle, in a test merchant's own time.</summary>
[Collection(ApiCollection.Name)]
public sealed class SubscriptionCycleTests(ApiHost host) : IAsyncLifetime
{
    private string _key = "";
    private string _customer = "";

    public async Task InitializeAsync()
    {
        (_, _key) = await host.AddMerchantAsync(isTest: true);
        await AdvanceAsync("2030-01-31T10:00:00Z");
        _customer = await host.AddCustomerAsync(key: _key);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Create_PaidPlan_ChargesAndBeginsACycle()
    {
        var made = await SubscribeAsync(await AddPlanAsync("25", "20"));

        Assert.Equal(
            ("2030-01-31T10:00:00Z", "2030-02-28T10:00:00Z"), (Text(made, "cycle_start_at"), Text(made, "cycle_end_at")));
        Assert.Equal(("20.0000000000", "20.0000000000"), (Credit(made, "total_remaining"), Credit(made, "cycle_remaining")));
        Assert.Equal("paid", Text(made, "payment_status"));
        Assert.Equal(["Subscription 25.0000000000"], host.Payments.ChargedTo(_customer));
        Assert.Equal(Money.FromDollars(20), Live());
        var again = await SubscribeAsync(Text(made, "plan_id")!);
        Assert.Equal(Text(made, "subscription_id"), Text(again, "subscription_id"));
        Assert.Single(host.Payments.ChargedTo(_customer));
    }

    [Theory]
    [InlineData("none", "20", "grant,cycle_credit,cycle_credit,expiry", "5.0000000000")]
    [InlineData("full", "32", "grant,cycle_credit,cycle_credit", "17.0000000000")]
    public async Task Renewal_RestOfTheCredit_LapsesOrRollsOver(string rollover, string cycle, string kinds, string afterSpending)
    {
        await GrantAsync("3");
        await SubscribeAsync(await AddPlanAsync("25", "20", rollover: rollover));
        await SpendAsync(8);

        var counts = await AdvanceAsync("2030-02-28T10:00:00Z");

        Assert.Equal((1, 1), (counts.GetProperty("renewed").GetInt32(), counts.GetProperty("charged").GetInt32()));
        var view = await ViewAsync();
        Assert.Equal(
            ("2030-02-28T10:00:00Z", "2030-03-31T10:00:00Z"), (Text(view, "cycle_start_at"), Text(view, "cycle_end_at")));
        Assert.Equal(Money.Parse(cycle), Money.Parse(Credit(view, "cycle_remaining")!));
        Assert.Equal(Money.Parse(cycle) + Money.FromDollars(3), Live());
        Assert.Equal(kinds, string.Join(',', (await LedgerAsync()).Where(kind => kind != "correction")));

        // A cycle's credit goes before what was granted.
        await SpendAsync(15);
        Assert.Equal(afterSpending, Credit(await ViewAsync(), "cycle_remaining"));
        Assert.Equal("3.0000000000", (await host.OkAsync("GET", $"/v1/customers/{_customer}/balance", key: _key))
            ["granted_remaining"].GetString());
    }

    [Fact]
    public async Task Advance_ManyCycles_MakesEachOfThemOnce()
    {
        var made = await SubscribeAsync(await AddPlanAsync("1", "1"));

        var counts = await AdvanceAsync("2031-01-31T09:59:59Z");
        Assert.Equal(11, counts.GetProperty("renewed").GetInt32());
        Assert.Equal(0, (await AdvanceAsync("2031-01-31T09:59:59Z")).GetProperty("renewed").GetInt32());

        var page = await host.OkAsync("GET", $"/v1/subscriptions/{Text(made, "subscription_id")}/cycles?limit=100", key: _key);
        var cycles = page["data"].EnumerateArray().Reverse().ToArray();
        Assert.Equal(12, cycles.Length);
        Assert.Equal(
            ["2030-01-31", "2030-02-28", "2030-03-31", "2030-04-30", "2030-05-31", "2030-06-30"],
            cycles.Take(6).Select(cycle => Text(cycle, "cycle_start_at")![..10]));
        Assert.All(cycles.Zip(cycles.Skip(1)), pair => Assert.Equal(Text(pair.First, "cycle_end_at"), Text(pair.Second, "cycle_start_at")));
        Assert.Equal(12, host.Payments.ChargedTo(_customer).Length);
        Assert.Equal(Money.FromDollars(1), Live());
    }

    [Fact]
    public async Task Change_DearerPlan_SaysThePriceFirstAndThenTakesIt()
    {
        var small = await AddPlanAsync("10", "10");
        var large = await AddPlanAsync("38", "24");
        var made = await SubscribeAsync(small);
        var path = $"/v1/subscriptions/{Text(made, "subscription_id")}/change";
        await AdvanceAsync("2030-02-14T10:00:00Z");

        var preview = await host.OkAsync("POST", path, $$"""{"plan_id":"{{large}}","preview":true}""", _key);
        const string Half = """{"amount":"14.0000000000","credit":"7.0000000000","remaining_seconds":1209600,"cycle_seconds":2419200}""";
        Assert.Equal(Half, preview["proration"].GetRawText());
        Assert.Equal(small, Text(preview["subscription"], "plan_id"));
        Assert.Single(host.Payments.ChargedTo(_customer));

        var changed = await host.OkAsync("POST", path, $$"""{"plan_id":"{{large}}"}""", _key);
        Assert.Equal(Half, changed["proration"].GetRawText());
        Assert.Equal((large, "17.0000000000", "2030-02-28T10:00:00Z"), (
            Text(changed["subscription"], "plan_id"), Credit(changed["subscription"], "cycle_remaining"),
            Text(changed["subscription"], "cycle_end_at")));
        Assert.Equal("Upgrade 14.0000000000", host.Payments.ChargedTo(_customer)[^1]);
        Assert.Equal(Money.FromDollars(17), Live());

        await AdvanceAsync("2030-02-28T10:00:00Z");
        Assert.Equal("Renewal 38.0000000000", host.Payments.ChargedTo(_customer)[^1]);
        Assert.Equal(Money.FromDollars(24), Live());
    }

    [Fact]
    public async Task Change_Declined_ChangesNothing()
    {
        var made = await SubscribeAsync(await AddPlanAsync("10", "10"));
        host.Payments.Answer(_customer, PaymentStatus.Failed);

        var answer = await host.SendAsync(
            "POST", $"/v1/subscriptions/{Text(made, "subscription_id")}/change",
            $$"""{"plan_id":"{{await AddPlanAsync("38", "24")}}"}""", _key);

        Assert.Equal((HttpStatusCode.PaymentRequired, "payment_declined"), (answer.Status, answer.ErrorCode));
        Assert.Equal(made.GetRawText(), (await ViewAsync()).GetRawText());
        Assert.Equal(Money.FromDollars(10), Live());
    }

    [Fact]
    public async Task Create_PaidPlan_NeedsACardThatPays()
    {
        host.Payments.UseCards(_customer);
        var plan = await AddPlanAsync("25", "20");
        var body = $$"""{"customer_id":"{{_customer}}","plan_id":"{{plan}}"}""";

        var answer = await host.SendAsync("POST", "/v1/subscriptions", body, _key);

        Assert.Equal((HttpStatusCode.PaymentRequired, "payment_required"), (answer.Status, answer.ErrorCode));
        Assert.Contains("payment_methods", answer.Text, StringComparison.Ordinal);
        await AddCardAsync("pm_card_chargeDeclined");
        Assert.Equal("payment_declined", (await host.SendAsync("POST", "/v1/subscriptions", body, _key)).ErrorCode);
        await AddCardAsync("pm_card_visa");
        Assert.Equal("paid", Text(await SubscribeAsync(plan), "payment_status"));
        Assert.Equal(Money.FromDollars(20), Live());
    }

    [Fact]
    public async Task Renewal_InDoubtWhileThePlanChanges_BringsWhatWasAgreed()
    {
        var plan = await AddPlanAsync("25", "20");
        var made = await SubscribeAsync(plan);
        host.Payments.Answer(_customer, PaymentStatus.Attempting);
        await AdvanceAsync("2030-03-01T00:00:00Z");
        await host.OkAsync("PATCH", $"/v1/plans/{plan}", """{"included_credit":"7"}""", _key);
        host.Payments.Answer(_customer, PaymentStatus.Succeeded);

        await AdvanceAsync("2030-03-01T00:00:01Z");

        var cycles = await host.OkAsync("GET", $"/v1/subscriptions/{Text(made, "subscription_id")}/cycles", key: _key);
        Assert.Equal(("25.0000000000", "20.0000000000"), (
            cycles["data"][0].GetProperty("price").GetString(), cycles["data"][0].GetProperty("included_credit").GetString()));
        Assert.Equal(Money.FromDollars(20), Live());
    }

    [Fact]
    public async Task Change_CycleIsOverAndNotRenewed_IsRefused()
    {
        var made = await SubscribeAsync(await AddPlanAsync("25", "20"));
        var path = $"/v1/subscriptions/{Text(made, "subscription_id")}";
        host.Payments.Answer(_customer, PaymentStatus.Attempting);
        await AdvanceAsync("2030-03-01T00:00:00Z");

        foreach (var price in new[] { "50", "5", "0" })
        {
            var answer = await host.SendAsync("POST", $"{path}/change", $$"""{"plan_id":"{{await AddPlanAsync(price, "0")}}"}""", _key);
            Assert.Equal((HttpStatusCode.Conflict, "conflict"), (answer.Status, answer.ErrorCode));
        }

        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync("DELETE", path, key: _key)).Status);
        host.Payments.Answer(_customer, PaymentStatus.Succeeded);
        await AdvanceAsync("2030-03-01T00:00:01Z");
        Assert.Equal("2030-03-31T10:00:00Z", Text(await ViewAsync(), "cycle_end_at"));
        await host.OkAsync("DELETE", path, key: _key);
        Assert.Equal("cancellation", Text((await ViewAsync()).GetProperty("pending_change"), "type"));
    }

    [Fact]
    public async Task Floor_EachRoll_IsThatOfTheNewCycle()
    {
        await AddCardAsync("pm_card_visa");
        await SubscribeAsync(await AddPlanAsync("25", "20", overage: "5"));
        Assert.Equal(-Money.FromDollars(5), Floor());

        host.Payments.Decline(_customer);
        await AdvanceAsync("2030-02-28T10:00:00Z");
        Assert.Equal(Money.Zero, Floor());

        host.Payments.Answer(_customer, PaymentStatus.Succeeded);
        await AdvanceAsync("2030-03-31T10:00:00Z");
        Assert.Equal(-Money.FromDollars(5), Floor());

        var made = await ViewAsync();
        await host.OkAsync(
            "POST", $"/v1/subscriptions/{Text(made, "subscription_id")}/change",
            $$"""{"plan_id":"{{await AddPlanAsync("50", "20", overage: "9")}}"}""", _key);
        Assert.Equal(-Money.FromDollars(9), Floor());

        await host.OkAsync("DELETE", $"/v1/subscriptions/{Text(made, "subscription_id")}", key: _key);
        await AdvanceAsync("2030-04-30T10:00:00Z");
        Assert.Equal(Money.Zero, Floor());
    }

    [Fact]
    public async Task Change_LongerInterval_BeginsANewCycleAndKeepsTheCredit()
    {
        var made = await SubscribeAsync(await AddPlanAsync("10", "10"));
        await AdvanceAsync("2030-02-10T00:00:00Z");

        var yearly = await AddPlanAsync("200", "100", "year");
        var changed = await host.OkAsync(
            "POST", $"/v1/subscriptions/{Text(made, "subscription_id")}/change", $$"""{"plan_id":"{{yearly}}"}""", _key);

        var view = changed["subscription"];
        Assert.Equal(("2030-02-10T00:00:00Z", "2031-02-10T00:00:00Z"), (Text(view, "cycle_start_at"), Text(view, "cycle_end_at")));
        Assert.Equal("110.0000000000", Credit(view, "cycle_remaining"));
        Assert.Equal("200.0000000000", changed["proration"].GetProperty("amount").GetString());
        Assert.Equal(Text(made, "subscription_id"), Text(view, "subscription_id"));
    }

    [Fact]
    public async Task Change_CheaperPlan_WaitsForTheCyclesEndAndCanBeWithdrawn()
    {
        var large = await AddPlanAsync("30", "30", rollover: "full");
        var small = await AddPlanAsync("5", "5");
        var made = await SubscribeAsync(large);
        var path = $"/v1/subscriptions/{Text(made, "subscription_id")}/change";

        var changed = await host.OkAsync("POST", path, $$"""{"plan_id":"{{small}}"}""", _key);
        Assert.Equal(
            $$"""
            {"type":"downgrade","effective_at":"2030-02-28T10:00:00Z","plan_id":"{{small}}","name":"Plan",
            "period_amount":"5.0000000000","included_credit":"5.0000000000"}
            """.ReplaceLineEndings(""),
            changed["subscription"].GetProperty("pending_change").GetRawText());
        Assert.Equal((large, "2030-02-28T10:00:00Z"), (Text(changed["subscription"], "plan_id"), changed["effective_at"].GetString()));
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync("DELETE", $"/v1/plans/{small}", key: _key)).Status);
        var withdrawn = await host.OkAsync("POST", path, $$"""{"plan_id":"{{large}}"}""", _key);
        Assert.Equal(JsonValueKind.Null, withdrawn["subscription"].GetProperty("pending_change").ValueKind);

        await SubscribeAsync(small);
        await AdvanceAsync("2030-03-01T00:00:00Z");
        var view = await ViewAsync();
        Assert.Equal((small, "35.0000000000", "2030-03-31T10:00:00Z"), (
            Text(view, "plan_id"), Credit(view, "cycle_remaining"), Text(view, "cycle_end_at")));
        Assert.Equal(JsonValueKind.Null, view.GetProperty("pending_change").ValueKind);
        Assert.Equal("Renewal 5.0000000000", host.Payments.ChargedTo(_customer)[^1]);
    }

    [Fact]
    public async Task Delete_PaidPlan_EndsWithItsCycle()
    {
        var made = await SubscribeAsync(await AddPlanAsync("30", "30", rollover: "full"));
        await GrantAsync("2");
        var path = $"/v1/subscriptions/{Text(made, "subscription_id")}";

        Assert.Equal("""{"success":true}""", (await host.OkAsync("DELETE", path, key: _key)).Text);
        Assert.Equal(
            """{"type":"cancellation","effective_at":"2030-02-28T10:00:00Z"}""",
            (await ViewAsync()).GetProperty("pending_change").GetRawText());
        Assert.Equal(Money.FromDollars(32), Live());

        Assert.Equal(1, (await AdvanceAsync("2030-02-28T10:00:00Z")).GetProperty("cancelled").GetInt32());
        Assert.Equal("""{"subscription":null}""", (await host.OkAsync("GET", $"/v1/customers/{_customer}/subscription", key: _key)).Text);
        Assert.Equal(Money.FromDollars(2), Live());
        Assert.Single(host.Payments.ChargedTo(_customer));
        var ended = (await host.OkAsync("GET", "/v1/subscriptions?status=cancelled", key: _key))["data"][0];
        Assert.Equal("2030-02-28T10:00:00Z", Text(ended, "cancelled_at"));
        Assert.Equal("""{"success":true}""", (await host.OkAsync("DELETE", path, key: _key)).Text);
    }

    [Fact]
    public async Task Renewal_Declined_BeginsTheCycleWithoutCredit()
    {
        await SubscribeAsync(await AddPlanAsync("30", "30"));
        host.Payments.Decline(_customer);

        Assert.Equal(1, (await AdvanceAsync("2030-03-01T00:00:00Z")).GetProperty("failed").GetInt32());
        var view = await ViewAsync();
        Assert.Equal(("past_due", "2030-03-31T10:00:00Z"), (Text(view, "payment_status"), Text(view, "cycle_end_at")));
        Assert.Equal(Money.Zero, Live());

        host.Payments.Answer(_customer, PaymentStatus.Succeeded);
        await AdvanceAsync("2030-03-31T10:00:00Z");
        Assert.Equal(("paid", "30.0000000000"), (Text(await ViewAsync(), "payment_status"), Credit(await ViewAsync(), "cycle_remaining")));
    }

    [Fact]
    public async Task Update_Bundle_MustBeOfThePlan()
    {
        var plan = await AddPlanAsync("5", "5", bundles: """[{"name":"B","cost":"5","credit_amount":"6"}]""");
        var bundle = (await host.OkAsync("GET", $"/v1/credit_bundles?plan_id={plan}", key: _key))["data"][0]
            .GetProperty("credit_bundle_id").GetString();
        var path = $"/v1/subscriptions/{Text(await SubscribeAsync(plan), "subscription_id")}";

        Assert.Equal(["auto_top_up_bundle_id"], (await host.SendAsync("PATCH", path, "{}", _key)).ErrorFields);
        Assert.Equal(["auto_top_up_bundle_id"], (await host.SendAsync(
            "PATCH", path, $$"""{"auto_top_up_bundle_id":"{{Ids.Format(IdPrefix.CreditBundle, true, Guid.NewGuid())}}"}""", _key))
            .ErrorFields);
        Assert.Equal(
            """{"success":true}""", (await host.OkAsync("PATCH", path, $$"""{"auto_top_up_bundle_id":"{{bundle}}"}""", _key)).Text);
        Assert.Equal(bundle, Text(await ViewAsync(), "auto_top_up_bundle_id"));
        await host.OkAsync("PATCH", path, """{"auto_top_up_bundle_id":null}""", _key);
        Assert.Null(Text(await ViewAsync(), "auto_top_up_bundle_id"));
    }

    [Fact]
    public async Task Advance_Wrong_IsRefused()
    {
        Assert.Equal(["to"], (await host.SendAsync("POST", "/v1/test_clock/advance", "{}", _key)).ErrorFields);
        Assert.Equal(["to"], (await host.SendAsync(
            "POST", "/v1/test_clock/advance", """{"to":"2030-01-31T09:59:59Z"}""", _key)).ErrorFields);
        Assert.Equal(["to"], (await host.SendAsync(
            "POST", "/v1/test_clock/advance", """{"to":"2041-01-31T09:59:59Z"}""", _key)).ErrorFields);
        Assert.Equal("2030-01-31T10:00:00Z", (await host.OkAsync("GET", "/v1/test_clock", key: _key))["now"].GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync("GET", "/v1/test_clock", key: host.OtherKey)).Status);
    }

    private static string? Text(JsonElement view, string name) => view.GetProperty(name).GetString();

    private static string? Credit(JsonElement view, string name) => Text(view.GetProperty("credits"), name);

    private async Task<JsonElement> AdvanceAsync(string to)
    {
        var answer = await host.OkAsync("POST", "/v1/test_clock/advance", $$"""{"to":"{{to}}"}""", _key);
        Assert.Equal(to, answer["now"].GetString());
        return answer.Json;
    }

    private async Task<string> AddPlanAsync(
        string price, string credit, string interval = "month", string rollover = "none", string bundles = "[]",
        string? overage = null) => (await host.OkAsync(
        "POST", "/v1/plans",
        $$"""
        {"name":"Plan","period_amount":"{{price}}","included_credit":"{{credit}}","billing_interval":"{{interval}}",
        "rollover_type":"{{rollover}}","credit_bundles":{{bundles}}{{Overage(overage)}}}
        """,
        _key))["plan_id"].GetString()!;

    private async Task<JsonElement> SubscribeAsync(string plan) => (await host.OkAsync(
        "POST", "/v1/subscriptions", $$"""{"customer_id":"{{_customer}}","plan_id":"{{plan}}"}""", _key))["subscription"];

    private async Task<JsonElement> ViewAsync() =>
        (await host.OkAsync("GET", $"/v1/customers/{_customer}/subscription", key: _key))["subscription"];

    private Task GrantAsync(string amount) =>
        host.OkAsync("POST", $"/v1/customers/{_customer}/credits", $$"""{"amount":"{{amount}}"}""", _key);

    // A correction downwards burns credit as a call does.
    private Task SpendAsync(int dollars) => host.OkAsync(
        "POST", $"/v1/customers/{_customer}/adjustments",
        $$"""{"kind":"correction","amount":"{{(-dollars).ToString(CultureInfo.InvariantCulture)}}","reason":"spent"}""", _key);

    private async Task<string[]> LedgerAsync() =>
        [.. (await host.OkAsync("GET", $"/v1/customers/{_customer}/ledger", key: _key))["data"].EnumerateArray()
            .Select(entry => Text(entry, "kind")!).Reverse()];

    private static string Overage(string? limit) => limit is null
        ? ""
        : $",\"overage_mode\":\"auto_charge\",\"overage_limit\":\"{limit}\",\"overage_increment\":\"1\"";

    private Task AddCardAsync(string token) => host.OkAsync(
        "POST", $"/v1/customers/{_customer}/payment_methods", $$"""{"token":"{{token}}","is_default":true}""", _key);

    private Money Live() => Wallet().Posted;

    private Money Floor() => Wallet().Floor;

    private WalletBalance Wallet()
    {
        Assert.True(Ids.TryParse(IdPrefix.Customer, _customer, out var id));
        Assert.True(host.Dependencies.Accounts.Current.Customers.TryGetValue(id, out var customer));
        Assert.True(host.Wallets.TryRead(customer.WalletId, out WalletBalance balance));
        return balance;
    }
}
