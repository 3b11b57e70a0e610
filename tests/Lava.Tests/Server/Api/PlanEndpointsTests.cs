using System.Net;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class PlanEndpointsTests(ApiHost host)
{
    private const string Bundles =
        """[{"name":"Small","cost":"5","credit_amount":"6"},{"name":"Large","cost":"50","credit_amount":"70"}]""";

    [Fact]
    public async Task Create_Everything_AnswersTheContractsShape()
    {
        var meter = await AddMeterAsync("plan-shape");

        var answer = await host.SendAsync(
            "POST", "/v1/plans",
            $$"""
            {"name":"Pro","period_amount":"25.00","billing_interval":"month","rollover_type":"full","included_credit":"20",
            "meter_ids":["{{meter}}","{{meter}}"],"credit_bundles":{{Bundles}},"default_auto_top_up_bundle_index":1}
            """);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(
            [
                "plan_id", "merchant_id", "name", "period_amount", "included_credit", "billing_interval", "rollover_type",
                "bundle_rollover_type", "default_auto_top_up_bundle_id", "linked_meters", "credit_bundles", "created_at",
                "subscription_config_id", "limits", "overage_mode", "overage_limit", "overage_increment",
            ],
            answer.Names);
        Assert.Equal("25.0000000000", answer["period_amount"].GetString());
        Assert.Equal("20.0000000000", answer["included_credit"].GetString());
        Assert.Equal(("full", "none"), (answer["rollover_type"].GetString(), answer["bundle_rollover_type"].GetString()));
        Assert.Equal($$"""[{"meter_id":"{{meter}}","name":"plan-shape"}]""", answer["linked_meters"].GetRawText());
        var large = answer["credit_bundles"][1];
        Assert.Equal(("Large", "70.0000000000"), (large.GetProperty("name").GetString(), large.GetProperty("credit_amount").GetString()));
        var bundle = large.GetProperty("credit_bundle_id").GetString();
        Assert.Equal(bundle, answer["default_auto_top_up_bundle_id"].GetString());
        var id = answer["plan_id"].GetString();
        Assert.Equal(answer.Text, (await host.OkAsync("GET", $"/v1/plans/{id}")).Text);
        Assert.Contains(answer.Text, (await host.OkAsync("GET", "/v1/plans?limit=100")).Text, StringComparison.Ordinal);
        var listed = await host.OkAsync("GET", $"/v1/credit_bundles?plan_id={id}");
        Assert.Equal(2, listed["data"].GetArrayLength());
        Assert.Equal(
            ["credit_bundle_id", "plan_id", "name", "cost", "credit_amount", "created_at", "subscription_config_id"],
            (await host.OkAsync("GET", $"/v1/credit_bundles/{bundle}")).Names);
    }

    [Fact]
    public async Task Create_PriceAlone_IncludesItAsCredit()
    {
        var answer = await host.OkAsync("POST", "/v1/plans", """{"name":"P","period_amount":"9","billing_interval":"week"}""");

        Assert.Equal("9.0000000000", answer["included_credit"].GetString());
        Assert.Equal("[]", answer["linked_meters"].GetRawText());
        Assert.Null(answer["default_auto_top_up_bundle_id"].GetString());
    }

    [Theory]
    [InlineData("""{}""", "period_amount,name,billing_interval")]
    [InlineData("""{"name":"P","billing_interval":"month","period_amount":"10000.01"}""", "period_amount")]
    [InlineData("""{"name":"P","billing_interval":"month","period_amount":"-1"}""", "period_amount")]
    [InlineData("""{"name":"P","billing_interval":"month","period_amount":1}""", "period_amount")]
    [InlineData("""{"name":"P","billing_interval":"hour","period_amount":"0"}""", "billing_interval")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","included_credit":"2"}""", "included_credit")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","rollover_type":"half"}""", "rollover_type")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","overage_mode":"always"}""", "overage_mode")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","overage_mode":"auto_charge"}""", "overage_limit")]
    [InlineData(
        """{"name":"P","billing_interval":"day","period_amount":"1","overage_mode":"auto_charge","overage_limit":"1","""
        + "\"overage_increment\":\"2\"}",
        "overage_increment")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","overage_mode":"auto_charge","overage_limit":"0.001"}""",
        "overage_limit")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","overage_limit":"5","overage_increment":"1"}""",
        "overage_limit,overage_increment")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","meter_ids":["prd_none"]}""", "meter_ids[0]")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","meter_ids":"x"}""", "meter_ids")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","default_auto_top_up_bundle_index":0}""",
        "default_auto_top_up_bundle_index")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","credit_bundles":[{"name":"B","cost":"0"}]}""",
        "credit_bundles[0].cost,credit_bundles[0].credit_amount")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"0.009"}""", "period_amount")]
    [InlineData("""{"name":"P","billing_interval":"day","period_amount":"1","credit_bundles":[{"name":"B","cost":"0.009"}]}""",
        "credit_bundles[0].cost,credit_bundles[0].credit_amount")]
    public async Task Create_BadField_NamesIt(string body, string fields) => Assert.Equal(
        fields, string.Join(',', (await host.SendAsync("POST", "/v1/plans", body)).ErrorFields));

    [Fact]
    public async Task Update_Overage_ChangesWhatIsNamed()
    {
        var made = await host.OkAsync(
            "POST", "/v1/plans",
            """{"name":"P","period_amount":"0","billing_interval":"day","overage_mode":"auto_charge","overage_limit":"5"}""");
        Assert.Equal(
            ("auto_charge", "5.0000000000", "5.0000000000"),
            (made["overage_mode"].GetString(), made["overage_limit"].GetString(), made["overage_increment"].GetString()));
        var path = $"/v1/plans/{made["plan_id"].GetString()}";

        var less = await host.OkAsync("PATCH", path, """{"overage_increment":"2"}""");
        Assert.Equal(("5.0000000000", "2.0000000000"), (less["overage_limit"].GetString(), less["overage_increment"].GetString()));
        var none = await host.OkAsync("PATCH", path, """{"overage_mode":"block"}""");
        Assert.Equal(("block", null), (none["overage_mode"].GetString(), none["overage_limit"].GetString()));
    }

    [Fact]
    public async Task Update_Parts_ChangesThemAndKeepsTheRest()
    {
        var (first, second) = (await AddMeterAsync("plan-first"), await AddMeterAsync("plan-second"));
        var made = await host.OkAsync(
            "POST", "/v1/plans",
            $$"""
            {"name":"Old","period_amount":"5","billing_interval":"year","meter_ids":["{{first}}"],"credit_bundles":{{Bundles}},
            "default_auto_top_up_bundle_index":0}
            """);
        var small = made["credit_bundles"][0].GetProperty("credit_bundle_id").GetString();
        var path = $"/v1/plans/{made["plan_id"].GetString()}";

        var answer = await host.OkAsync(
            "PATCH", path,
            $$"""
            {"name":"New","meter_ids":["{{second}}"],"bundle_rollover_type":"full","credit_bundles":[
            {"credit_bundle_id":"{{small}}","name":"Tiny","cost":"4","credit_amount":"5"},
            {"name":"Huge","cost":"500","credit_amount":"800"}]}
            """);

        Assert.Equal(("New", "5.0000000000", "full"), (
            answer["name"].GetString(), answer["included_credit"].GetString(), answer["bundle_rollover_type"].GetString()));
        Assert.Equal(second, answer["linked_meters"][0].GetProperty("meter_id").GetString());
        Assert.Equal(
            ["Tiny", "Large", "Huge"], answer["credit_bundles"].EnumerateArray().Select(bundle => bundle.GetProperty("name").GetString()));
        Assert.Equal(small, answer["default_auto_top_up_bundle_id"].GetString());

        var without = await host.OkAsync(
            "PATCH", path, $$"""{"credit_bundles":[{"credit_bundle_id":"{{small}}","is_deleted":true}],"meter_ids":[]}""");
        Assert.Equal(
            ["Large", "Huge"], without["credit_bundles"].EnumerateArray().Select(bundle => bundle.GetProperty("name").GetString()));
        Assert.Null(without["default_auto_top_up_bundle_id"].GetString());
        Assert.Equal("[]", without["linked_meters"].GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/credit_bundles/{small}")).Status);
    }

    [Fact]
    public async Task Update_PriceOrForeignBundle_IsRefused()
    {
        var other = await host.OkAsync(
            "POST", "/v1/plans", $$"""{"name":"O","period_amount":"5","billing_interval":"day","credit_bundles":{{Bundles}}}""");
        var foreign = other["credit_bundles"][0].GetProperty("credit_bundle_id").GetString();
        var plan = await AddFreePlanAsync();

        Assert.Equal(["period_amount", "billing_interval"], (await host.SendAsync(
            "PATCH", $"/v1/plans/{plan}", """{"period_amount":"6","billing_interval":"week"}""")).ErrorFields);
        Assert.Equal(["credit_bundles[0].credit_bundle_id", "default_auto_top_up_bundle_id"], (await host.SendAsync(
            "PATCH", $"/v1/plans/{plan}",
            $$"""
            {"credit_bundles":[{"credit_bundle_id":"{{foreign}}","name":"Mine"}],"default_auto_top_up_bundle_id":"{{foreign}}"}
            """)).ErrorFields);
        Assert.Equal("Small", (await host.OkAsync("GET", $"/v1/credit_bundles/{foreign}"))["name"].GetString());
    }

    [Fact]
    public async Task Delete_Plan_OnlyWithoutSubscribers()
    {
        var plan = await AddFreePlanAsync();
        var customer = await host.AddCustomerAsync();
        var made = await host.OkAsync("POST", "/v1/subscriptions", $$"""{"customer_id":"{{customer}}","plan_id":"{{plan}}"}""");

        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync("DELETE", $"/v1/plans/{plan}")).Status);
        await host.OkAsync("DELETE", $"/v1/subscriptions/{made["subscription"].GetProperty("subscription_id").GetString()}");

        Assert.Equal($$"""{"id":"{{plan}}","deleted":true}""", (await host.OkAsync("DELETE", $"/v1/plans/{plan}")).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/plans/{plan}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", $"/v1/plans/{plan}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(
            "POST", "/v1/subscriptions", $$"""{"customer_id":"{{customer}}","plan_id":"{{plan}}"}""")).Status);
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("PATCH", "{}")]
    [InlineData("DELETE", null)]
    public async Task AnyCall_OtherMerchantsPlan_IsNotFound(string method, string? body)
    {
        var plan = await AddFreePlanAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, $"/v1/plans/{plan}", body, host.OtherKey)).Status);
    }

    private async Task<string> AddFreePlanAsync() => (await host.OkAsync(
        "POST", "/v1/plans", """{"name":"Free","period_amount":"0","billing_interval":"month"}"""))["plan_id"].GetString()!;

    private async Task<string> AddMeterAsync(string slug) => (await host.OkAsync(
        "POST", "/v1/meters",
        $$"""
        {"name":"{{slug}}","meter_slug":"{{slug}}","rate_type":"fixed","tier_type":"requests","tiers":[{"start":"0","rate":"1"}]}
        """))["meter_id"].GetString()!;
}
