using System.Net;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class EstimateEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Estimate_PercentageMeter_ComparesWithTheWallet()
    {
        var slug = await AddMeterAsync("percentage", "tokens_1m", "0.20");
        var customer = await host.AddCustomerAsync();
        var body =
            $$"""
            {"customer_id":"{{customer}}","meter_slug":"{{slug}}","model":"gpt-4o-mini","input_tokens":1000000,"output_tokens":1000000}
            """;

        var poor = await host.OkAsync("POST", "/v1/estimate", body);
        await host.OkAsync("POST", $"/v1/customers/{customer}/credits", """{"amount":"0.90"}""");
        var rich = await host.OkAsync("POST", "/v1/estimate", body);

        Assert.Equal(
            """
            {"allowed":false,"estimated_cost":"0.7500000000","estimated_charge":"0.9000000000","available":"0.0000000000",
            "reason":"insufficient_credit"}
            """.ReplaceLineEndings(""),
            poor.Text);
        Assert.Equal(
            """{"allowed":true,"estimated_cost":"0.7500000000","estimated_charge":"0.9000000000","available":"0.9000000000"}""", rich.Text);
        Assert.Equal("0.9000000000", (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString());
    }

    [Fact]
    public async Task Estimate_FixedMeterWithoutModel_PricesTheUnitsAlone()
    {
        var minutes = await AddMeterAsync("fixed", "minutes", "0.6");

        var answer = await host.OkAsync("POST", "/v1/estimate", $$"""{"meter_slug":"{{minutes}}","input_seconds":1.5}""");

        Assert.Equal("""{"allowed":true,"estimated_cost":"0.0000000000","estimated_charge":"0.0150000000"}""", answer.Text);
    }

    [Fact]
    public async Task Estimate_UnknownModelOrNames_SaysWhich()
    {
        var slug = await AddMeterAsync("percentage", "requests", "0.1");

        Assert.Equal("unpriced_model", (await PostAsync($$"""{"meter_slug":"{{slug}}","model":"nobodys"}""")).ErrorCode);
        Assert.Equal("invalid_parameter", (await PostAsync($$"""{"meter_slug":"{{slug}}"}""")).ErrorCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("""{"meter_slug":"nobodys"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync($$"""{"meter_slug":"{{slug}}","customer_id":"nobody"}""")).Status);
        Assert.Equal(
            ["meter_slug", "input_tokens", "output_tokens", "input_characters", "input_seconds"],
            (await PostAsync("""{"input_tokens":-1,"output_tokens":"5","input_characters":1e99,"input_seconds":-0.1}""")).ErrorFields);
    }

    private Task<ApiAnswer> PostAsync(string body) => host.SendAsync("POST", "/v1/estimate", body);

    private async Task<string> AddMeterAsync(string rateType, string tierType, string rate)
    {
        var body = $$"""{"name":"E","rate_type":"{{rateType}}","tier_type":"{{tierType}}","tiers":[{"start":"0","rate":"{{rate}}"}]}""";
        return (await host.OkAsync("POST", "/v1/meters", body))["meter_slug"].GetString()!;
    }
}
