using System.Net;
using System.Text.Json;
using Lava.Metering;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class RequestEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Get_Request_AnswersTheContractsShape()
    {
        var customer = await host.AddCustomerAsync();
        var id = await host.AddRequestAsync(customer, metadata: """{"longer":"1","b":"2"}""");

        var answer = await host.OkAsync("GET", $"/v1/requests/{id}");

        var expected =
            """
            {"request_id":"ID","status":"completed","customer_id":"CUSTOMER","provider":"openai","provider_key_type":"managed",
            "model":"gpt-4o-mini","endpoint":"POST https://api.openai.com/v1/chat/completions","response_id":"chatcmpl-1",
            "model_usage":{"input_tokens":845,"output_tokens":412,"total_tokens":1257,"input_characters":0,"output_characters":0,
            "total_characters":0,"input_seconds":0,"output_seconds":1.5,"total_seconds":1.5,"input_cost":"0.0169000000",
            "output_cost":"0.0412000000","total_cost":"0.0581000000","payer":"merchant","details":{"cached_input_tokens":5}},
            "cost":"0.0581000000",
            "charge":{"amount":"0.0058100000","rate_type":"percentage","breakdown":[{"tier":{"start":0,"rate":"0.1000000000",
            "type":"tokens_1m"},"tokens":1257,"characters":0,"seconds":0,"cost":"0.0058100000"}]},"connection_id":"CUSTOMER",
            "fee":{"amount":"0.0058100000",
            "rate_type":"percentage","token_basis":"input+output","breakdown":[{"tier":{"start":0,"rate":"0.1000000000",
            "type":"tokens_1m"},"tokens":1257,"characters":0,"seconds":0,"cost":"0.0058100000"}]},
            "service_charge":{"amount":"0.0000000000","payer":"merchant"},"total_request_cost":"0.0639100000",
            "total_wallet_cost":"0.0058100000","total_merchant_cost":"0.0581000000","billed":true,
            "usage_certainty":"exact","service_tier":"standard","provider_cost":"0.0581000001","metadata":{"b":"2","longer":"1"},
            "timing":{"time_to_first_byte_ms":250.5,"total_ms":1500,"added_us":42},"timestamp":"2026-05-15T10:00:01Z",
            "created_at":"2026-05-15T10:00:00Z"}
            """;
        Assert.Equal(expected.ReplaceLineEndings("").Replace("ID", id).Replace("CUSTOMER", customer), answer.Text);
    }

    [Fact]
    public async Task Get_CallOfSeveralModelsCutShort_SaysWhyAndShowsEach()
    {
        var part = new Usage { InputTokens = 40, OutputTokens = 2, CachedInputTokens = 5 };
        var id = await host.AddRequestAsync(change: record =>
        {
            record.Usage = record.Usage with { Certainty = UsageCertainty.Partial, Reason = UsageReason.Cut, ProviderMicrounits = 7 };
            record.ServiceTier = ServiceTier.Priority;
            record.ByModel = [new ModelUsage("main", part), new ModelUsage("advisor", new Usage { OutputTokens = 1 })];
        });

        var answer = await host.OkAsync("GET", $"/v1/requests/{id}");

        Assert.Equal("partial", answer["usage_certainty"].GetString());
        Assert.Equal("cut", answer["usage_reason"].GetString());
        Assert.Equal("priority", answer["service_tier"].GetString());
        Assert.Equal(7, answer["model_usage"].GetProperty("details").GetProperty("provider_microunits").GetInt32());
        Assert.Equal(
            """
            [{"model":"main","input_tokens":40,"output_tokens":2,"details":{"cached_input_tokens":5}},
            {"model":"advisor","input_tokens":0,"output_tokens":1}]
            """.ReplaceLineEndings(""),
            answer["model_usage"].GetProperty("by_model").GetRawText());
    }

    [Fact]
    public async Task List_Filters_HoldTogether()
    {
        var customer = await host.AddCustomerAsync("""{"reference_id":"filters"}""");
        var made = await host.OkAsync(
            "POST", "/v1/meters",
            """{"name":"F","meter_slug":"filters","rate_type":"fixed","tier_type":"requests","tiers":[{"start":"0","rate":"1"}]}""");
        var meter = made["meter_id"].GetString();
        var first = await host.AddRequestAsync(customer, meter, "2026-05-01T00:00:00Z", metadata: """{"user":"1","s":"x y"}""");
        var second = await host.AddRequestAsync(customer, meter, "2026-05-02T00:00:00Z", model: "other", metadata: """{"user":"1"}""");
        var third = await host.AddRequestAsync(customer, null, "2026-05-03T00:00:00Z", provider: "anthropic");

        Assert.Equal([third, second, first], await ListAsync("customer_id=filters"));
        Assert.Equal([second, first], await ListAsync($"customer_id={customer}&meter_id=filters"));
        Assert.Equal([second, first], await ListAsync("customer_id=filters&metadata_filters=%5B%5B%22user%22%2C%221%22%5D%5D"));
        Assert.Equal([first], await ListAsync("customer_id=filters&metadata_filters=[[\"user\",\"1\"],[\"s\",\"x y\"]]"));
        Assert.Equal([second], await ListAsync("customer_id=filters&model=other"));
        Assert.Equal([third], await ListAsync("customer_id=filters&provider=anthropic&status=completed"));
        Assert.Empty(await ListAsync("customer_id=filters&status=error"));
        Assert.Equal([second], await ListAsync("customer_id=filters&start=2026-05-02&end=2026-05-02"));
        Assert.Equal([third, second], await ListAsync("customer_id=filters&start=2026-05-02T02:00:00+02:00"));
        Assert.Equal([second, first], await ListAsync("customer_id=filters&end=2026-05-02T00:00:00Z"));
        Assert.Empty(await ListAsync("customer_id=nobody"));
        Assert.Equal([third], await ListAsync("customer_id=filters&limit=1"));
    }

    [Fact]
    public async Task List_AfterDeletionOfTheCustomer_StillFindsTheRequests()
    {
        var customer = await host.AddCustomerAsync();
        var id = await host.AddRequestAsync(customer);
        await host.OkAsync("DELETE", $"/v1/customers/{customer}");

        Assert.Equal([id], await ListAsync($"customer_id={customer}"));
    }

    [Fact]
    public async Task AnyCall_OtherMerchant_SeesNothing()
    {
        var customer = await host.AddCustomerAsync();
        var id = await host.AddRequestAsync(customer);

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/requests/{id}", key: host.OtherKey)).Status);
        var list = await host.OkAsync("GET", $"/v1/requests?customer_id={customer}", key: host.OtherKey);
        Assert.Equal("""{"data":[],"has_more":false,"next_cursor":null}""", list.Text);
    }

    [Fact]
    public async Task AnyRead_FlusherBehind_IsUnavailableButBalanceAnswers()
    {
        var customer = await host.AddCustomerAsync();
        host.IsCaughtUp = false;
        try
        {
            foreach (var path in new[] { "requests", "requests/x", "usage?start=2026-01-01", $"customers/{customer}/ledger" })
            {
                var answer = await host.SendAsync("GET", $"/v1/{path}");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
                Assert.Equal("store_unavailable", answer.ErrorCode);
            }

            await host.OkAsync("GET", $"/v1/customers/{customer}/balance");
        }
        finally
        {
            host.IsCaughtUp = true;
        }
    }

    private async Task<string[]> ListAsync(string query) =>
        [.. (await host.OkAsync("GET", $"/v1/requests?{query}"))["data"].EnumerateArray().Select(Id)];

    private static string Id(JsonElement request) => request.GetProperty("request_id").GetString()!;
}
