using System.Net;
using System.Text;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class WebhookEndpointsTests(ApiHost host) : IAsyncLifetime
{
    private const string Good = """{"name":"Books","url":"https://example.com/hook"}""";
    private string _key = "";

    public async Task InitializeAsync() => (_, _key) = await host.AddMerchantAsync(isTest: true);

    // Nothing may wait for them: other tests have workers that send.
    public async Task DisposeAsync()
    {
        foreach (var webhook in (await OkAsync("GET", "/v1/webhooks"))["data"].EnumerateArray())
        {
            await OkAsync("DELETE", $"/v1/webhooks/{webhook.GetProperty("webhook_id").GetString()}");
        }
    }

    [Fact]
    public async Task Create_Webhook_ShowsItsSecretOnceAndKeepsItSealed()
    {
        var made = await SendAsync("POST", "/v1/webhooks", Good);
        var id = made["webhook_id"].GetString()!;

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(["webhook_id", "name", "url", "created_at", "webhook_secret"], made.Names);
        Assert.StartsWith("wh_test_", id, StringComparison.Ordinal);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", made["webhook_secret"].GetString()!);
        var got = await OkAsync("GET", $"/v1/webhooks/{id}");
        Assert.Equal(["webhook_id", "name", "url", "created_at"], got.Names);
        Assert.Equal(made["created_at"].GetString(), got["created_at"].GetString());
        var listed = Assert.Single((await OkAsync("GET", "/v1/webhooks"))["data"].EnumerateArray());
        Assert.Equal(got.Text, listed.GetRawText());

        await using var command = host.Source.CreateCommand("select sealed from webhooks where webhook_id = $1");
        command.Parameters.Add(new() { Value = Ids.TryParse(IdPrefix.Webhook, id, out var guid) ? guid : Guid.Empty });
        var box = Encoding.Latin1.GetString((byte[])(await command.ExecuteScalarAsync())!);
        Assert.DoesNotContain(made["webhook_secret"].GetString()!, box, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_FourthAtOnce_IsRefused()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync("POST", "/v1/webhooks", Good)));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.ErrorCode)));
        var page = await OkAsync("GET", "/v1/webhooks?limit=2");
        var rest = await OkAsync("GET", $"/v1/webhooks?limit=2&cursor={page["next_cursor"].GetString()}");
        Assert.Equal((2, true), (page["data"].GetArrayLength(), page["has_more"].GetBoolean()));
        Assert.Equal((1, false), (rest["data"].GetArrayLength(), rest["has_more"].GetBoolean()));
        await OkAsync("DELETE", $"/v1/webhooks/{rest["data"][0].GetProperty("webhook_id").GetString()}");
        await OkAsync("POST", "/v1/webhooks", Good);
    }

    [Theory]
    [InlineData("{}", "name", "url")]
    [InlineData("""{"name":"","url":"http://example.com"}""", "name", "url")]
    [InlineData("""{"name":null,"url":null}""", "name", "url")]
    [InlineData("""{"name":7,"url":["https://example.com"]}""", "name", "url")]
    [InlineData("""{"name":"n","url":"https://10.0.0.1/"}""", "url")]
    [InlineData("""{"name":"n","url":"https://user@example.com/"}""", "url")]
    public async Task Create_BadFields_AllAreNamed(string body, params string[] fields)
    {
        var answer = await SendAsync("POST", "/v1/webhooks", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(fields, answer.ErrorFields.Distinct());
        Assert.Equal(0, (await OkAsync("GET", "/v1/webhooks"))["data"].GetArrayLength());
    }

    [Fact]
    public async Task Create_OnThisMachine_NamesTheSettingThatAllowsIt()
    {
        var answer = await SendAsync("POST", "/v1/webhooks", """{"name":"n","url":"http://127.0.0.1:9/hook"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "url"), (answer.Status, Assert.Single(answer.ErrorFields)));
        Assert.Contains("--allow-private-webhooks", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_LongUrl_HasALimit()
    {
        const string Begin = "https://example.com/";
        var longest = Begin + new string('x', WebhookLimits.UrlLength - Begin.Length);

        Assert.Equal(HttpStatusCode.Created, (await SendAsync("POST", "/v1/webhooks", Body(longest))).Status);
        Assert.Equal(["url"], (await SendAsync("POST", "/v1/webhooks", Body(longest + "x"))).ErrorFields);

        static string Body(string url) => $$"""{"name":"n","url":"{{url}}"}""";
    }

    [Fact]
    public async Task Update_Webhook_ChangesWhatIsGiven()
    {
        var id = await AddAsync();

        var renamed = await OkAsync("PATCH", $"/v1/webhooks/{id}", """{"name":"Other"}""");
        Assert.Equal(("Other", "https://example.com/hook"), (renamed["name"].GetString(), renamed["url"].GetString()));
        var moved = await OkAsync("PATCH", $"/v1/webhooks/{id}", """{"url":"https://example.net/x"}""");
        Assert.Equal(("Other", "https://example.net/x"), (moved["name"].GetString(), moved["url"].GetString()));
        Assert.Equal(moved.Text, (await OkAsync("PATCH", $"/v1/webhooks/{id}", "{}")).Text);

        Assert.Equal(["name", "url"], (await SendAsync("PATCH", $"/v1/webhooks/{id}", """{"name":null,"url":null}""")).ErrorFields);
        var private6 = await SendAsync("PATCH", $"/v1/webhooks/{id}", """{"name":"No","url":"https://[::ffff:10.0.0.1]/"}""");
        Assert.Equal(["url"], private6.ErrorFields);
        Assert.Equal(moved.Text, (await OkAsync("GET", $"/v1/webhooks/{id}")).Text);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/deliveries")]
    [InlineData("GET", "/deliveries/dlv_test_01K0000000000000000000001A")]
    [InlineData("POST", "/deliveries/dlv_test_01K0000000000000000000001A/replay")]
    public async Task AnyCall_OtherMerchantsOrDeletedOrNone_IsNotFound(string method, string rest)
    {
        var id = await AddAsync();
        var body = method == "PATCH" ? "{}" : null;

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, $"/v1/webhooks/{id}{rest}", body, host.OtherKey)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(method, $"/v1/webhooks/wh_nothing{rest}", body)).Status);
        var deleted = await OkAsync("DELETE", $"/v1/webhooks/{id}");
        Assert.Equal($$"""{"id":"{{id}}","deleted":true}""", deleted.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(method, $"/v1/webhooks/{id}{rest}", body)).Status);
    }

    [Fact]
    public async Task Deliveries_OfAWebhook_AreListedShownAndSentAgain()
    {
        var id = await AddAsync();
        for (var i = 0; i < 3; i++)
        {
            await host.AddCustomerAsync("{}", _key);
        }

        await RenderAsync();
        var all = (await OkAsync("GET", $"/v1/webhooks/{id}/deliveries"))["data"].EnumerateArray().ToArray();
        Assert.Equal(3, all.Length);
        Assert.Equal(
            [
                "delivery_id", "event_id", "event", "state", "attempts", "last_status", "last_error", "next_attempt_at", "created_at",
                "replay_of",
            ],
            all[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("customer.created", all[0].GetProperty("event").GetString());
        var oldest = all[2].GetProperty("delivery_id").GetString();
        var shown = await OkAsync("GET", $"/v1/webhooks/{id}/deliveries/{oldest}");
        Assert.Equal(all[2].GetProperty("event_id").GetString(), shown["event_id"].GetString());
        const string Begin = """{"event":"customer.created","data":{"customer_id":"con_test_""";
        Assert.StartsWith(Begin, shown["body"].GetString(), StringComparison.Ordinal);

        var replay = await OkAsync("POST", $"/v1/webhooks/{id}/deliveries/{oldest}/replay");

        Assert.Equal(oldest, replay["replay_of"].GetString());
        Assert.Equal("waiting", replay["state"].GetString());
        Assert.Equal(shown["event_id"].GetString(), replay["event_id"].GetString());
        Assert.Equal(shown["body"].GetString(), replay["body"].GetString());
        var page = await OkAsync("GET", $"/v1/webhooks/{id}/deliveries?limit=3&state=waiting");
        Assert.Equal(replay["delivery_id"].GetString(), page["data"][0].GetProperty("delivery_id").GetString());
        var rest = await OkAsync("GET", $"/v1/webhooks/{id}/deliveries?limit=3&cursor={page["next_cursor"].GetString()}");
        Assert.Equal(oldest, Assert.Single(rest["data"].EnumerateArray()).GetProperty("delivery_id").GetString());
        Assert.Equal(0, (await OkAsync("GET", $"/v1/webhooks/{id}/deliveries?state=given_up"))["data"].GetArrayLength());
        Assert.Equal(["state"], (await SendAsync("GET", $"/v1/webhooks/{id}/deliveries?state=lost")).ErrorFields);
    }

    private async Task<string> AddAsync() => (await OkAsync("POST", "/v1/webhooks", Good))["webhook_id"].GetString()!;

    private Task<int> RenderAsync()
    {
        var body = new Lava.Server.Hosting.EventBody(
            host.Secrets, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TimeProvider.System);
        return new WebhookEventStore(host.Source, body.Render, TimeProvider.System).RenderAsync(CancellationToken.None);
    }

    private Task<ApiAnswer> SendAsync(string method, string path, string? body = null) => host.SendAsync(method, path, body, _key);

    private Task<ApiAnswer> OkAsync(string method, string path, string? body = null) => host.OkAsync(method, path, body, _key);
}
