using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Server.Api.OpenApi;

namespace Lava.Tests.Server.Api.OpenApi;

public sealed class OpenApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly ConditionalWeakTable<ApiHost, Task<Dictionary<string, string>>> Filled = [];

    [Fact]
    public void Table_AndMappedRoutes_AreTheSame()
    {
        var mapped = host.Routes.Where(route => route.Path.StartsWith("/v1/", StringComparison.Ordinal) && route.Method != "HEAD"
            && !route.Path.EndsWith("/openapi.json", StringComparison.Ordinal) && !IsOlder(route.Path))
            .Select(route => $"{route.Method} {route.Path}");

        // This host takes no reports.
        var table = ApiOperations.All.Select(operation => $"{operation.Method} {operation.Path}").Except(["POST /v1/requests"]);

        Assert.Equal(table.Order(StringComparer.Ordinal), mapped.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(ApiOperations.All.Length, ApiOperations.All.Select(operation => operation.Id).Distinct().Count());
    }

    [Fact]
    public async Task Get_Document_IsOpenWithATagAndForGetAlone()
    {
        using var first = await host.Client.GetAsync("/openapi.json");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/openapi.json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await host.Client.SendAsync(again);
        using var post = await host.Client.PostAsync("/openapi.json", null);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.MethodNotAllowed),
            (first.StatusCode, second.StatusCode, post.StatusCode));
        Assert.Equal("3.1.0", (await ReadAsync()).GetProperty("openapi").GetString());
    }

    [Fact]
    public async Task References_InTheDocument_AllResolve()
    {
        var document = await ReadAsync();
        var check = new SchemaCheck(document);

        Assert.All(References(document), reference => check.Resolve(reference));
    }

    [Fact]
    public async Task Answers_OfEveryResource_AreWhatTheDocumentSays()
    {
        var ids = await FillAsync();
        var document = await ReadAsync();
        var check = new SchemaCheck(document);

        foreach (var operation in ApiOperations.All.Where(one => one.Method == "GET"))
        {
            var path = Fill(operation.Path, ids);
            if (path.Contains('{', StringComparison.Ordinal))
            {
                continue;
            }

            var query = operation.Query.Any(field => field is { Name: "start", IsRequired: true }) ? "?start=2026-01-01" : "";
            var answer = await host.OkAsync("GET", path + query);
            var schema = document.GetProperty("paths").GetProperty(operation.Path).GetProperty("get").GetProperty("responses")
                .GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.Empty(check.Find(schema, answer.Json, path));
        }
    }

    public static TheoryData<string, string, string> WrongFields()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var operation in ApiOperations.All.Where(one => one.Body is not null && one.Path != "/v1/requests"))
        {
            foreach (var field in operation.Body!.Where(field => field.Type is not ApiFieldType.Objects))
            {
                data.Add(operation.Method, operation.Path, field.Name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task Send_ListedFieldOfAWrongType_IsNamed(string method, string path, string field)
    {
        var ids = await FillAsync();

        // An array of arrays is right nowhere.
        var body = new JsonObject { [field] = new JsonArray(new JsonArray()) };
        var answer = await host.SendAsync(method, Fill(path, ids), body.ToJsonString());

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(answer.ErrorFields, name => name.Split('[', '.')[0] == field);
    }

    // The same resources under the names that they had before.
    private static bool IsOlder(string path) => path.Split('/')[2] is "connections" or "subscription_configs";

    private static string Fill(string path, Dictionary<string, string> ids) =>
        ids.Aggregate(path, (text, id) => text.Replace($"{id.Key}/{{id}}", $"{id.Key}/{id.Value}", StringComparison.Ordinal));

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == "$ref" ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private async Task<JsonElement> ReadAsync() => JsonDocument.Parse(await host.Client.GetStringAsync("/openapi.json")).RootElement;

    // Once for the host: a merchant has three webhooks at most.
    private Task<Dictionary<string, string>> FillAsync() => Filled.GetValue(host, _ => MakeAsync());

    /// <summary>One of everything; the ids by the path before them.</summary>
    private async Task<Dictionary<string, string>> MakeAsync()
    {
        var customer = await host.AddCustomerAsync("""{"name":"Ada Lovelace","email":"ada@example.com","metadata":{"team":"a"}}""");
        var meter = await host.OkAsync(
            "POST", "/v1/meters",
            """{"name":"m","rate_type":"fixed","tier_type":"requests","tiers":[{"start":"0","rate":"0.01"}]}""");
        var plan = await host.OkAsync(
            "POST", "/v1/plans",
            $$"""
            {"name":"p","period_amount":"0","billing_interval":"month","meter_ids":["{{meter["meter_id"].GetString()}}"],
             "credit_bundles":[{"name":"b","cost":"1","credit_amount":"1"}]}
            """);
        var subscription = await host.OkAsync(
            "POST", "/v1/subscriptions", $$"""{"customer_id":"{{customer}}","plan_id":"{{plan["plan_id"].GetString()}}"}""");
        await host.OkAsync("POST", $"/v1/customers/{customer}/credits", """{"amount":"5.00","reason":"test"}""");
        await host.OkAsync(
            "POST", $"/v1/customers/{customer}/adjustments", """{"kind":"correction","amount":"1.00","reason":"test"}""");
        await host.OkAsync("PUT", "/v1/provider_keys/openai", """{"key":"sk-1"}""");
        var webhook = await host.OkAsync("POST", "/v1/webhooks", """{"name":"w","url":"https://example.com/hook"}""");
        var spendKey = await host.OkAsync("POST", "/v1/spend_keys", """{"name":"s","rate_limit":{"rpm":5}}""");
        await host.OkAsync("POST", $"/v1/customers/{customer}/payment_methods", """{"token":"pm_card_visa","is_default":true}""");
        return new Dictionary<string, string>
        {
            ["/v1/subscriptions"] = subscription["subscription"].GetProperty("subscription_id").GetString()!,
            ["/v1/webhooks"] = webhook["webhook_id"].GetString()!,
            ["/v1/spend_keys"] = spendKey["spend_key_id"].GetString()!,
            ["/v1/manage/spend_keys"] = spendKey["spend_key_id"].GetString()!,
            ["/v1/customers"] = customer,
            ["/v1/meters"] = meter["meter_id"].GetString()!,
            ["/v1/plans"] = plan["plan_id"].GetString()!,
            ["/v1/credit_bundles"] = plan["credit_bundles"][0].GetProperty("credit_bundle_id").GetString()!,
            ["/v1/provider_keys"] = "openai",
        };
    }
}
