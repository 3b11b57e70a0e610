using System.Net;
using System.Text;
using System.Text.Json;
using Lava.Core;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class CheckoutSessionEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Create_Subscription_GivesATokenThatOpensThisSessionAlone()
    {
        var plan = await AddPlanAsync();
        var customer = await host.AddCustomerAsync();

        var answer = await host.SendAsync(
            "POST", "/v1/checkout_sessions",
            $$"""
            {"checkout_mode":"subscription","origin_url":"https://shop.example","plan_id":"{{plan.Id}}","customer_id":"{{customer}}"}
            """);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(
            [
                "checkout_session_id", "checkout_session_token", "checkout_mode", "origin_url", "customer_id", "plan_id", "created_at",
                "expires_at", "status", "checkout_url", "connection_id", "subscription_config_id",
            ],
            answer.Names);
        using var token = JsonDocument.Parse(Convert.FromBase64String(answer["checkout_session_token"].GetString()!));
        var secret = token.RootElement.GetProperty("secret").GetString()!;
        Assert.EndsWith("/", token.RootElement.GetProperty("base").GetString(), StringComparison.Ordinal);
        Assert.True(host.Secrets.TryReadCheckout(Encoding.UTF8.GetBytes(secret), out var id));
        Assert.Equal(answer["checkout_session_id"].GetString(), Ids.Format(IdPrefix.CheckoutSession, true, id));
        Assert.False(host.Secrets.TryReadCheckout(Encoding.UTF8.GetBytes(secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A')), out _));
        var path = $"/v1/checkout_sessions/{answer["checkout_session_id"]}";
        Assert.Equal(answer.Text, (await host.OkAsync("GET", path)).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", path, key: host.OtherKey)).Status);
    }

    [Fact]
    public async Task Create_WithLifetime_SaysWhereAndHowLong()
    {
        var before = TimeProvider.System.GetUtcNow();

        var answer = await host.OkAsync(
            "POST", "/v1/checkout_sessions",
            """{"checkout_mode":"onboarding","origin_url":"http://shop.example","expires_in":604800}""");

        using var token = JsonDocument.Parse(Convert.FromBase64String(answer["checkout_session_token"].GetString()!));
        var (secret, server) = (token.RootElement.GetProperty("secret").GetString(), token.RootElement.GetProperty("base").GetString());
        Assert.Equal(("open", $"{server}checkout/{secret}"), (answer["status"].GetString(), answer["checkout_url"].GetString()));
        Assert.InRange((answer["expires_at"].GetDateTimeOffset() - before).TotalSeconds, 604_799, 604_830);
        await using var expire = host.Source.CreateCommand(
            "update checkout_sessions set expires_at = now() where checkout_session_id = $1");
        Assert.True(Ids.TryParse(IdPrefix.CheckoutSession, answer["checkout_session_id"].GetString()!, out var id));
        expire.Parameters.Add(new() { Value = id });
        await expire.ExecuteNonQueryAsync();
        var late = await host.OkAsync("GET", $"/v1/checkout_sessions/{answer["checkout_session_id"]}");
        Assert.Equal("expired", late["status"].GetString());
    }

    [Theory]
    [InlineData(299)]
    [InlineData(604_801)]
    public async Task Create_LifetimeOutOfBounds_IsRefused(int seconds)
    {
        var answer = await host.SendAsync(
            "POST", "/v1/checkout_sessions",
            $$"""{"checkout_mode":"onboarding","origin_url":"https://shop.example","expires_in":{{seconds}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, "expires_in"), (answer.Status, Assert.Single(answer.ErrorFields)));
    }

    [Fact]
    public async Task Create_LiveMerchantWithoutCodes_IsToldWhatIsMissing()
    {
        var plain = await host.SendAsync(
            "POST", "/v1/checkout_sessions", """{"checkout_mode":"onboarding","origin_url":"http://shop.example"}""", host.OtherKey);
        var answer = await host.SendAsync(
            "POST", "/v1/checkout_sessions", """{"checkout_mode":"onboarding","origin_url":"https://shop.example"}""", host.OtherKey);

        Assert.Equal((HttpStatusCode.BadRequest, "origin_url"), (plain.Status, Assert.Single(plain.ErrorFields)));
        Assert.Equal((HttpStatusCode.BadRequest, "checkout_unavailable"), (answer.Status, answer.ErrorCode));
        Assert.Contains("twilio-account", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ByReference_IsPagedNewestFirst()
    {
        var reference = $"{Guid.NewGuid()}";
        var ids = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await host.OkAsync(
                "POST", "/v1/checkout_sessions",
                $$"""{"checkout_mode":"onboarding","origin_url":"http://localhost:3000","reference_id":"{{reference}}"}"""))
                ["checkout_session_id"].GetString());
        }

        var first = await host.OkAsync("GET", $"/v1/checkout_sessions?reference_id={reference}&limit=2");
        var rest = await host.OkAsync("GET", $"/v1/checkout_sessions?reference_id={reference}&limit=2&cursor={first["next_cursor"]}");

        ids.Reverse();
        Assert.Equal(
            ids, first["data"].EnumerateArray().Concat(rest["data"].EnumerateArray())
                .Select(one => one.GetProperty("checkout_session_id").GetString()));
        Assert.Equal("null", rest["next_cursor"].GetRawText());
    }

    [Theory]
    [InlineData("{}", "checkout_mode", "origin_url")]
    [InlineData("""{"checkout_mode":"sale","origin_url":"javascript:x"}""", "checkout_mode", "origin_url")]
    [InlineData("""{"checkout_mode":"topup","origin_url":"https://me:pw@shop.example"}""", "origin_url", "customer_id")]
    [InlineData("""{"checkout_mode":"credit_bundle","origin_url":"shop"}""", "origin_url", "customer_id", "credit_bundle_id")]
    [InlineData("""{"checkout_mode":"subscription","origin_url":"https://a.example","reference_id":"con_x"}""", "plan_id", "reference_id")]
    public async Task Create_WrongFields_AreAllNamed(string body, params string[] fields)
    {
        var answer = await host.SendAsync("POST", "/v1/checkout_sessions", body);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (answer.Status, answer.ErrorCode));
        Assert.Equal(fields, answer.ErrorFields);
    }

    [Fact]
    public async Task Create_ABundleOfAPlanThatTheCustomerDoesNotHave_IsRefused()
    {
        var plan = await AddPlanAsync();
        var customer = await host.AddCustomerAsync();
        var body = $$"""
            {"checkout_mode":"credit_bundle","origin_url":"https://shop.example","customer_id":"{{customer}}",
            "credit_bundle_id":"{{plan.Bundle}}"}
            """;

        var before = await host.SendAsync("POST", "/v1/checkout_sessions", body);
        await host.OkAsync("POST", "/v1/subscriptions", $$"""{"customer_id":"{{customer}}","plan_id":"{{plan.Id}}"}""");
        var after = await host.SendAsync("POST", "/v1/checkout_sessions", body);
        var unknown = await host.SendAsync("POST", "/v1/checkout_sessions", body.Replace(customer, "nobody", StringComparison.Ordinal));

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.Created, HttpStatusCode.NotFound), (before.Status, after.Status, unknown.Status));
        Assert.Equal(plan.Bundle, after["credit_bundle_id"].GetString());
    }

    private async Task<(string Id, string Bundle)> AddPlanAsync()
    {
        var plan = await host.OkAsync(
            "POST", "/v1/plans",
            """
            {"name":"P","period_amount":"0","billing_interval":"month","credit_bundles":[{"name":"B","cost":"5","credit_amount":"6"}]}
            """);
        return (plan["plan_id"].GetString()!, plan["credit_bundles"][0].GetProperty("credit_bundle_id").GetString()!);
    }
}
