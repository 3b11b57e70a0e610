using System.Net;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class SubscriptionEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Create_FreePlan_AnswersTheContractsShapeAndLimitsTheMeters()
    {
        var (linked, other) = (await AddMeterAsync(), await AddMeterAsync());
        var plan = await AddPlanAsync("0", linked);
        var customer = await host.AddCustomerAsync($$"""{"reference_id":"{{Guid.NewGuid()}}","name":"Ada L","phone":"+15551234567"}""");

        var answer = (await host.SendAsync("POST", "/v1/subscriptions", Body(customer, plan)))["subscription"];

        Assert.Equal(
            [
                "subscription_id", "plan_id", "status", "auto_top_up_bundle_id", "started_at", "cancelled_at", "cycle_start_at",
                "cycle_end_at", "plan", "credits", "pending_change", "payment_status", "subscription_config_id",
            ],
            answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal("active", answer.GetProperty("status").GetString());
        Assert.Equal(
            """
            {"name":"Plan","period_amount":"0.0000000000","included_credit":"0.0000000000","billing_interval":"month",
            "rollover_type":"none","bundle_rollover_type":"none"}
            """.ReplaceLineEndings(""),
            answer.GetProperty("plan").GetRawText());
        Assert.Equal(
            $$"""{"subscription":{{answer.GetRawText()}}}""", (await host.OkAsync("GET", $"/v1/customers/{customer}/subscription")).Text);
        var id = answer.GetProperty("subscription_id").GetString();
        Assert.Equal(
            $$"""{"subscription_id":"{{id}}","plan_id":"{{plan}}","name":"Plan","status":"active","subscription_config_id":"{{plan}}"}""",
            (await host.OkAsync("GET", $"/v1/customers/{customer}"))["subscription"].GetRawText());
        Assert.Equal((true, false), (Covers(customer, linked), Covers(customer, other)));
        var listed = (await host.OkAsync("GET", $"/v1/subscriptions?customer_id={customer}"))["data"][0];
        Assert.Equal(customer, listed.GetProperty("customer_id").GetString());
        Assert.Equal(
            """{"phone":"+15551234567","first_name":"Ada","last_name":"L"}""", listed.GetProperty("customer").GetRawText());
    }

    [Fact]
    public async Task Create_PlanThatCostsAndNoCard_IsRefused()
    {
        var customer = await host.AddCustomerAsync();
        host.Payments.Decline(customer);

        var answer = await host.SendAsync("POST", "/v1/subscriptions", Body(customer, await AddPlanAsync("1")));

        Assert.Equal((HttpStatusCode.PaymentRequired, "payment_declined"), (answer.Status, answer.ErrorCode));
        Assert.Equal("""{"subscription":null}""", (await host.OkAsync("GET", $"/v1/customers/{customer}/subscription")).Text);
    }

    [Fact]
    public async Task Create_Again_KeepsTheOneAndAnotherPlanReplacesIt()
    {
        var (first, second) = (await AddPlanAsync("0"), await AddPlanAsync("0", await AddMeterAsync()));
        var customer = await host.AddCustomerAsync();
        var ids = new List<string>();
        foreach (var plan in new[] { first, first, second })
        {
            var made = await host.OkAsync("POST", "/v1/subscriptions", Body(customer, plan));
            ids.Add(made["subscription"].GetProperty("subscription_id").GetString()!);
        }

        Assert.Equal(ids[0], ids[1]);
        Assert.Equal([ids[2]], await ListAsync($"customer_id={customer}"));
        Assert.Equal([ids[0]], await ListAsync($"customer_id={customer}&status=cancelled"));
        Assert.Equal([ids[2], ids[0]], await ListAsync($"customer_id={customer}&status=all"));
        Assert.Empty(await ListAsync("customer_id=nobody"));
    }

    [Fact]
    public async Task Create_ManyAtOnce_MakesOne()
    {
        var plan = await AddPlanAsync("0");
        var customer = await host.AddCustomerAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.OkAsync("POST", "/v1/subscriptions", Body(customer, plan))));

        Assert.Single(await ListAsync($"customer_id={customer}&status=all"));
    }

    [Fact]
    public async Task Delete_Subscription_GivesEveryMeterBack()
    {
        var meter = await AddMeterAsync();
        var customer = await host.AddCustomerAsync();
        var made = await host.OkAsync("POST", "/v1/subscriptions", Body(customer, await AddPlanAsync("0")));
        var path = $"/v1/subscriptions/{made["subscription"].GetProperty("subscription_id").GetString()}";
        Assert.False(Covers(customer, meter));

        Assert.Equal("""{"success":true}""", (await host.OkAsync("DELETE", path)).Text);

        Assert.True(Covers(customer, meter));
        Assert.Null((await host.OkAsync("GET", $"/v1/customers/{customer}"))["subscription"].GetString());
        Assert.Equal("""{"success":true}""", (await host.OkAsync("DELETE", path)).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", path, null, host.OtherKey)).Status);
    }

    [Fact]
    public async Task UpdatePlan_Meters_TakeEffectAtOnceAndSurviveChangesOfTheCustomer()
    {
        var (old, added) = (await AddMeterAsync(), await AddMeterAsync());
        var plan = await AddPlanAsync("0", old);
        var customer = await host.AddCustomerAsync();
        await host.OkAsync("POST", "/v1/subscriptions", Body(customer, plan));

        await host.OkAsync("PATCH", $"/v1/plans/{plan}", $$"""{"meter_ids":["{{added}}"]}""");
        Assert.Equal((false, true), (Covers(customer, old), Covers(customer, added)));

        await host.OkAsync("PATCH", $"/v1/customers/{customer}", """{"name":"Other"}""");
        Assert.Equal((false, true), (Covers(customer, old), Covers(customer, added)));
        var loaded = await LoadAsync();
        Assert.Equal((false, true), (Covers(customer, old, loaded), Covers(customer, added, loaded)));
    }

    [Fact]
    public async Task DeleteCustomer_WithSubscription_EndsIt()
    {
        var plan = await AddPlanAsync("0");
        var customer = await host.AddCustomerAsync();
        await host.OkAsync("POST", "/v1/subscriptions", Body(customer, plan));

        await host.OkAsync("DELETE", $"/v1/customers/{customer}");

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("DELETE", $"/v1/plans/{plan}")).Status);
    }

    [Fact]
    public async Task Estimate_MeterOutsideThePlan_ChargesNobodyOrIsRefused()
    {
        var (merchant, key) = await host.AddMerchantAsync(isTest: true);
        var meter = await AddMeterAsync(key);
        var customer = await host.AddCustomerAsync(key: key);
        await host.OkAsync("POST", "/v1/subscriptions", Body(customer, await AddPlanAsync("0", key: key)), key);
        var body = $$"""{"customer_id":"{{customer}}","meter_slug":"{{meter}}"}""";

        var tracked = await host.OkAsync("POST", "/v1/estimate", body, key);
        Assert.Equal((true, "0.0000000000"), (tracked["allowed"].GetBoolean(), tracked["estimated_charge"].GetString()));
        await host.OkAsync("PATCH", "/v1/settings", """{"unlinked_meters":"refuse"}""", key);
        var refused = await host.OkAsync("POST", "/v1/estimate", body, key);
        Assert.Equal((false, "meter_not_in_plan"), (refused["allowed"].GetBoolean(), refused["reason"].GetString()));
        Assert.NotEqual(host.Merchant.Id, merchant.Id);
    }

    private static string Body(string customer, string plan) => $$"""{"customer_id":"{{customer}}","plan_id":"{{plan}}"}""";

    private bool Covers(string customer, string meter, AccountSnapshot? accounts = null)
    {
        Assert.True((accounts ?? host.Dependencies.Accounts.Current).TryFindCustomer(
            host.Merchant.Id, Encoding.UTF8.GetBytes(customer), out var found));
        Assert.True(Ids.TryParse(IdPrefix.Meter, meter, out var id));
        return found.Covers(id);
    }

    private async Task<AccountSnapshot> LoadAsync() => (await new SnapshotLoader(host.Source).LoadAsync(
        1, PriceBook.Empty, new DateOnly(2026, 1, 1), new NoWallets(), CancellationToken.None)).Accounts;

    private async Task<string[]> ListAsync(string query)
    {
        var page = await host.OkAsync("GET", $"/v1/subscriptions?{query}");
        return [.. page["data"].EnumerateArray().Select(item => item.GetProperty("subscription_id").GetString()!)];
    }

    private async Task<string> AddPlanAsync(string amount, string? meter = null, string? key = null) => (await host.OkAsync(
        "POST", "/v1/plans",
        $$"""
        {"name":"Plan","period_amount":"{{amount}}","billing_interval":"month","meter_ids":[{{(meter is null ? "" : $"\"{meter}\"")}}]}
        """,
        key))["plan_id"].GetString()!;

    private async Task<string> AddMeterAsync(string? key = null) => (await host.OkAsync(
        "POST", "/v1/meters",
        """{"name":"M","rate_type":"fixed","tier_type":"requests","tiers":[{"start":"0","rate":"1"}]}""", key))["meter_id"].GetString()!;
}
