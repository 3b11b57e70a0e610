using System.Net;
using System.Text;
using Lava.Core;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class MeterEndpointsTests(ApiHost host)
{
    private const string Fixed =
        """
        {"name":"Chat","rate_type":"fixed","tier_type":"tokens_1m","tiers":[{"start":"0","rate":"2"},{"start":"1000000","rate":"1.5"}]
        """;

    [Fact]
    public async Task Create_Fixed_AnswersTheContractsShape()
    {
        var answer = await host.SendAsync("POST", "/v1/meters", Fixed + ""","meter_slug":"chat"}""");

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(
            [
                "meter_id", "meter_slug", "name", "rate_type", "tiers", "token_basis", "base_cost_payer", "created_at", "meter_secret",
                "product_secret", "service_charge_payer",
            ],
            answer.Names);
        Assert.Matches("^prd_test_[0-9A-Z]{26}$", answer["meter_id"].GetString());
        Assert.Equal(
            """[{"start":0,"rate":"2.0000000000","type":"tokens_1m"},{"start":1000000,"rate":"1.5000000000","type":"tokens_1m"}]""",
            answer["tiers"].GetRawText());
        Assert.Equal("input+output", answer["token_basis"].GetString());
        Assert.Equal("merchant", answer["base_cost_payer"].GetString());
        Assert.True(host.Secrets.TryReadMeter(Encoding.UTF8.GetBytes(answer["meter_secret"].GetString()!), out var id));
        Assert.Equal(answer["meter_id"].GetString(), Ids.Format(IdPrefix.Meter, true, id));
        Assert.Equal(answer.Text, (await host.OkAsync("GET", "/v1/meters/chat")).Text);
        Assert.Equal(answer.Text, (await host.OkAsync("GET", $"/v1/meters/{answer["meter_id"].GetString()}")).Text);
        Assert.True(host.Dependencies.Pricing.Current.TryFindMeter(host.Merchant.Id, "chat"u8, out _));
    }

    [Fact]
    public async Task Create_PercentageWithoutSlug_ChargesTheWalletAndNamesItself()
    {
        var answer = await host.OkAsync(
            "POST", "/v1/meters", """{"name":"M","rate_type":"percentage","tier_type":"requests","tiers":[{"start":"0","rate":"0.20"}]}""");

        Assert.Equal("wallet", answer["base_cost_payer"].GetString());
        Assert.Equal(answer["meter_id"].GetString(), answer["meter_slug"].GetString());
    }

    [Fact]
    public async Task Create_Nothing_NamesEveryRequiredField() => Assert.Equal(
        ["name", "rate_type", "tier_type", "tiers"], (await host.SendAsync("POST", "/v1/meters", "{}")).ErrorFields);

    [Theory]
    [InlineData("\"meter_slug\":\"prd_x\"", "meter_slug")]
    [InlineData("\"meter_slug\":\"a b\"", "meter_slug")]
    [InlineData("\"token_basis\":\"input\"", "token_basis")]
    [InlineData("\"base_cost_payer\":1", "base_cost_payer")]
    public async Task Create_BadChoice_NamesIt(string field, string name) =>
        Assert.Equal([name], (await host.SendAsync("POST", "/v1/meters", $"{Fixed},{field}}}")).ErrorFields);

    [Theory]
    [InlineData("[]", "tiers")]
    [InlineData("{}", "tiers")]
    [InlineData("[1]", "tiers")]
    [InlineData("""[{"start":"1","rate":"1"}]""", "tiers[0].start")]
    [InlineData("""[{"start":"0","rate":"1"},{"start":"0","rate":"1"}]""", "tiers[1].start")]
    [InlineData("""[{"start":"0","rate":"-1"}]""", "tiers[0].rate")]
    [InlineData("""[{"start":"0","rate":"20"}]""", "tiers[0].rate")]
    [InlineData("""[{"start":"0","rate":"0.12345678901"}]""", "tiers[0].rate")]
    [InlineData("""[{"start":"0"}]""", "tiers[0].rate")]
    [InlineData("""[{"start":{},"rate":"0.1"}]""", "tiers[0].start")]
    public async Task Create_BadTiers_NamesTheTier(string tiers, string field)
    {
        var body = $$"""{"name":"M","rate_type":"percentage","tier_type":"requests","tiers":{{tiers}}}""";

        Assert.Contains(field, (await host.SendAsync("POST", "/v1/meters", body)).ErrorFields);
    }

    [Fact]
    public async Task Update_Tiers_ReplacesThemAndKeepsTheRest()
    {
        await host.OkAsync("POST", "/v1/meters", Fixed + ""","meter_slug":"up","token_basis":"output"}""");

        var answer = await host.OkAsync(
            "PATCH", "/v1/meters/up", """{"name":"New","tiers":[{"start":0,"rate":"9"}],"base_cost_payer":"wallet"}""");

        Assert.Equal("New", answer["name"].GetString());
        Assert.Equal("""[{"start":0,"rate":"9.0000000000","type":"tokens_1m"}]""", answer["tiers"].GetRawText());
        Assert.Equal("output", answer["token_basis"].GetString());
        Assert.Equal("wallet", answer["base_cost_payer"].GetString());
        Assert.True(host.Dependencies.Pricing.Current.TryFindMeter(host.Merchant.Id, "up"u8, out var meter));
        Assert.Equal(Money.Parse("9"), Assert.Single(meter.Tiers).Rate);
    }

    [Fact]
    public async Task Update_FixedFields_AreRefused()
    {
        await host.OkAsync("POST", "/v1/meters", Fixed + ""","meter_slug":"stay"}""");

        var answer = await host.SendAsync("PATCH", "/v1/meters/stay", """{"name":null,"rate_type":"percentage","tier_type":"minutes"}""");

        Assert.Equal(["rate_type", "tier_type", "name"], answer.ErrorFields);
    }

    [Fact]
    public async Task Delete_Meter_FreesTheSlug()
    {
        var id = (await host.OkAsync("POST", "/v1/meters", Fixed + ""","meter_slug":"gone"}"""))["meter_id"].GetString();
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync("POST", "/v1/meters", Fixed + ""","meter_slug":"gone"}""")).Status);

        var answer = await host.OkAsync("DELETE", "/v1/meters/gone");

        Assert.Equal($$"""{"id":"{{id}}","deleted":true}""", answer.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/meters/{id}")).Status);
        await host.OkAsync("POST", "/v1/meters", Fixed + ""","meter_slug":"gone"}""");
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("PATCH", "{}")]
    [InlineData("DELETE", null)]
    public async Task AnyCall_OtherMerchantsMeter_IsNotFound(string method, string? body)
    {
        var id = (await host.OkAsync("POST", "/v1/meters", Fixed + "}"))["meter_id"].GetString();

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, $"/v1/meters/{id}", body, host.OtherKey)).Status);
    }
}
