using System.Net;

namespace Lava.Tests.Server.Api;

/// <summary>Paths, parameters and fields of the SDKs up to 8.x; the SDKs themselves run in the functional tests.</summary>
[Collection(ApiCollection.Name)]
public sealed class OlderNamesTests(ApiHost host)
{
    [Fact]
    public async Task Lists_ByOlderParameters_AreFilteredAsByTodays()
    {
        var (mine, other) = (await host.AddCustomerAsync(), await host.AddCustomerAsync());
        var meter = await AddMeterAsync();
        var request = await host.AddRequestAsync(mine, meter);
        await host.AddRequestAsync(mine);
        await host.AddRequestAsync(other, meter);

        var listed = await host.OkAsync("GET", $"/v1/requests?connection_id={mine}&product_id={meter}");
        var both = await host.OkAsync("GET", $"/v1/requests?customer_id={other}&connection_id={mine}");

        Assert.Equal([request], listed["data"].EnumerateArray().Select(one => one.GetProperty("request_id").GetString()));
        Assert.Equal(other, both["data"][0].GetProperty("connection_id").GetString());
        Assert.Equal(1, both["data"].GetArrayLength());
    }

    [Fact]
    public async Task Bodies_WithOlderFields_AreReadAsTodays()
    {
        var meter = await AddMeterAsync();
        var customer = await host.AddCustomerAsync();
        var plan = await host.OkAsync(
            "POST", "/v1/subscription_configs",
            $$"""{"name":"P","period_amount":"0","billing_interval":"month","product_ids":["{{meter}}"]}""");
        var id = plan["subscription_config_id"].GetString();

        var subscription = await host.OkAsync(
            "POST", "/v1/subscriptions", $$"""{"connection_id":"{{customer}}","subscription_config_id":"{{id}}"}""");
        var wrong = await host.SendAsync("POST", "/v1/subscriptions", """{"connection_id":7}""");

        Assert.Equal(meter, plan["linked_meters"][0].GetProperty("meter_id").GetString());
        Assert.Equal(id, subscription["subscription"].GetProperty("plan_id").GetString());
        Assert.Equal(
            subscription.Text, (await host.OkAsync("GET", $"/v1/connections/{customer}/subscription")).Text);
        Assert.Equal(
            (await host.OkAsync("GET", $"/v1/plans/{id}")).Text, (await host.OkAsync("GET", $"/v1/subscription_configs/{id}")).Text);
        Assert.Equal(["customer_id", "plan_id"], wrong.ErrorFields.Distinct());
    }

    [Fact]
    public async Task Connections_ByReference_AreOneOrNone()
    {
        var reference = $"{Guid.NewGuid()}";
        var customer = await host.AddCustomerAsync($$"""{"reference_id":"{{reference}}"}""");

        var found = await host.OkAsync("GET", $"/v1/connections?reference_id={reference}");
        var others = await host.OkAsync("GET", $"/v1/connections?reference_id={reference}", key: host.OtherKey);

        Assert.Equal([customer], found["data"].EnumerateArray().Select(one => one.GetProperty("connection_id").GetString()));
        Assert.Equal((false, 0), (found["has_more"].GetBoolean(), others["data"].GetArrayLength()));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.SendAsync("POST", "/v1/connections", "{}")).Status);
    }

    [Fact]
    public async Task Wallet_OfTheMerchant_IsARunningTotal()
    {
        var wallet = await host.OkAsync("GET", "/v1/wallet");

        Assert.Matches("^wal_test_[0-9A-Z]{26}$", wallet["wallet_id"].GetString());
        Assert.Matches(@"^-?\d+\.\d{10}$", wallet["balance"].GetString());
    }

    private async Task<string> AddMeterAsync() => (await host.OkAsync(
        "POST", "/v1/meters", """{"name":"M","rate_type":"fixed","tier_type":"tokens_1m","tiers":[{"start":"0","rate":"2"}]}"""))
        ["meter_id"].GetString()!;
}
