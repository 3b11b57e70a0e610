namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class UsageEndpointsTests(ApiHost host)
{
    private static readonly string Older =
        """
        "total_usage_cost":"0.1162000000","total_fee_amount":"0.0058100000","total_service_charge_amount":"0.0000000000",
        "total_request_cost":"0.1220100000","total_wallet_cost":"0.0058100000","total_merchant_cost":"0.1162000000",
        "total_gross_volume":"0.0058100000","total_net_volume":"-0.1103900000"
        """.ReplaceLineEndings("");

    [Fact]
    public async Task Get_WithOffset_GroupsByTheCallersDays()
    {
        var customer = await host.AddCustomerAsync();
        await host.AddRequestAsync(customer, at: "2026-05-14T21:59:59Z");
        await host.AddRequestAsync(customer, at: "2026-05-14T22:00:00Z");
        await host.AddRequestAsync(customer, at: "2026-05-15T21:59:59Z", billed: false);
        await host.AddRequestAsync(customer, at: "2026-05-15T22:00:00Z");

        var answer = await host.OkAsync(
            "GET", $"/v1/usage?start=2026-05-15T00:00:00%2B02:00&end=2026-05-15T23:59:59%2B02:00&customer_id={customer}");

        Assert.Equal(
            """{"items":[{"date":"2026-05-15","start":"2026-05-15T00:00:00+02:00","end":"2026-05-15T23:59:59+02:00","total_requests":2,"""
            + """
            "total_usage_tokens":2514,"total_cost":"0.1162000000","total_charge":"0.0058100000",OLDER}],"totals":{"total_requests":2,
            "total_usage_tokens":2514,"total_cost":"0.1162000000","total_charge":"0.0058100000",OLDER}}
            """.ReplaceLineEndings("").Replace("OLDER", Older),
            answer.Text);
    }

    [Fact]
    public async Task Get_WithGroups_GivesAnItemForEach()
    {
        var customer = await host.AddCustomerAsync();
        await host.AddRequestAsync(customer, model: "a", at: "2026-05-15T10:10:00Z");
        await host.AddRequestAsync(customer, model: "b", at: "2026-05-15T10:50:00Z");
        await host.AddRequestAsync(customer, model: "b", at: "2026-05-15T11:00:00Z");

        var byModel = await host.OkAsync("GET", $"/v1/usage?start=2026-05-15&customer_id={customer}&group_by=model");
        var byHour = await host.OkAsync("GET", $"/v1/usage?start=2026-05-15&customer_id={customer}&interval=hour");
        var byCustomer = await host.OkAsync("GET", $"/v1/usage?start=2026-05-15&customer_id={customer}&group_by=customer");
        var byMeter = await host.OkAsync("GET", $"/v1/usage?start=2026-05-15&customer_id={customer}&group_by=meter");

        Assert.Equal(["a", "b"], Values(byModel, "group"));
        Assert.Equal(["2026-05-15T10:00:00Z", "2026-05-15T11:00:00Z"], Values(byHour, "start"));
        Assert.Equal(["2026-05-15T10:59:59Z", "2026-05-15T11:59:59Z"], Values(byHour, "end"));
        Assert.Equal([customer], Values(byCustomer, "group"));
        Assert.Equal(["none"], Values(byMeter, "group"));
    }

    [Fact]
    public async Task Get_BadParameters_NamesAll()
    {
        Assert.Equal(["group_by", "interval", "start"], (await host.SendAsync("GET", "/v1/usage?group_by=x&interval=week")).ErrorFields);
        Assert.Contains("start", (await host.SendAsync("GET", "/v1/usage?start=2026-13-01")).ErrorFields);
    }

    private static string[] Values(ApiAnswer answer, string name) =>
        [.. answer["items"].EnumerateArray().Select(item => item.GetProperty(name).GetString()!)];
}
