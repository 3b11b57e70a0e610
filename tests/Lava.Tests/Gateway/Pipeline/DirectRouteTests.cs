using System.Net;
using System.Text;
using System.Text.Json;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>The routes on which the model names the provider.</summary>
public sealed class DirectRouteTests
{
    private const string ChatPath = "/v1/chat/completions";

    private const string Prices =
        """
        version 1
        cerebras shared-model 2026-01-01 input=1 output=2 context=128000 max_output=1000 source=test
        groq shared-model 2026-01-01 input=1 output=2 context=128000 max_output=1000 source=test
        mistral shared-model 2026-01-01 input=1 output=2 context=128000 max_output=1000 source=test
        """;

    private const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"text","text":"hi"}],"""
        + """ "stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":20}}""";

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":100,"messages":[]}""", """{"model":"gpt-4o-mini","max_tokens":100,"messages":[]}""")]
    [InlineData(
        """ { "messages":[{"role":"user","content":"openai/gpt-4o-mini"}] , "model" : "openai/gpt-4o-mini", "x": [ 1.50, "\u00e9" ] } """,
        """ { "messages":[{"role":"user","content":"openai/gpt-4o-mini"}] , "model" : "gpt-4o-mini", "x": [ 1.50, "\u00e9" ] } """)]
    [InlineData(
        """{"stream":true,"model":"OPENAI/gpt-4o-mini","messages":[]}""",
        """{"stream_options":{"include_usage":true},"stream":true,"model":"gpt-4o-mini","messages":[]}""")]
    public async Task Body_IsTheCallersButForThePrefix(string body, string expected)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.SendAsync(HttpMethod.Post, ChatPath, body);
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", gateway.Upstream.Single.RequestLine);
        Assert.Equal(expected, gateway.Upstream.Single.BodyText);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(("openai", "gpt-4o-mini"), (record.Provider, record.Model));
        Assert.Equal("POST https://api.openai.com/v1/chat/completions", record.Endpoint);
    }

    [Fact]
    public async Task PrefixAndLoweredOutput_BothStandInTheBody()
    {
        await using var gateway = await StartAsync(new() { Options = new() { MaxOutputTokens = 7 } });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.SendAsync(
            HttpMethod.Post, ChatPath, """{"max_tokens":100,"model":"openai/gpt-4o-mini","messages":[],"stream":true}""");
        Assert.Equal(
            """{"stream_options":{"include_usage":true},"max_tokens":7,"model":"gpt-4o-mini","messages":[],"stream":true}""",
            gateway.Upstream.Single.BodyText);
    }

    [Fact]
    public async Task Messages_WithAnthropicsKeyHeader_ReachAnthropic()
    {
        await using var gateway = await StartAsync(new() { SpendKey = key => key with { Shape = RequestShape.Anthropic } });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Message);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages?beta=true")
        {
            Content = new StringContent("""{"model":"anthropic/claude-sonnet-4-6","max_tokens":50,"messages":[]}"""),
        };
        request.Headers.Add("x-api-key", TestAccounts.SpendKeyText);
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(Message, await response.Content.ReadAsStringAsync());
        var received = gateway.Upstream.Single;
        Assert.Equal(["managed-ANTHROPIC_API_KEY"], received.Header("x-api-key"));
        Assert.Equal(["2023-06-01"], received.Header("anthropic-version"));
        Assert.Equal("""{"model":"claude-sonnet-4-6","max_tokens":50,"messages":[]}""", received.BodyText);
        Assert.Equal((10, 20), Tokens(await Ledger.SettledAsync(gateway)));
    }

    [Theory]
    [InlineData("/v1/responses", "gpt-4o-mini", "/v1/responses")]
    [InlineData("/v1/embeddings", "text-embedding-3-small", "/v1/embeddings")]
    [InlineData(ChatPath, "gemini-2.5-flash", "/v1beta/openai/chat/completions")]
    [InlineData(ChatPath, "claude-sonnet-4-6", "/v1/chat/completions")]
    public async Task Route_LeadsToTheProvidersPath(string path, string model, string expected)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.SendAsync(HttpMethod.Post, path, $$"""{"model":"{{model}}","input":"x"}""");
        Assert.Equal($"POST {expected} HTTP/1.1", gateway.Upstream.Single.RequestLine);
    }

    [Theory]
    [InlineData("CEREBRAS_API_KEY GROQ_API_KEY MISTRAL_API_KEY", null, "mistral")]
    [InlineData("CEREBRAS_API_KEY GROQ_API_KEY", null, "groq")]
    [InlineData("CEREBRAS_API_KEY GROQ_API_KEY MISTRAL_API_KEY", "cerebras", "cerebras")]
    public async Task ModelThatThreeSell_GoesToTheFirstThatTheCallerCanUse(string keys, string? allowed, string expected)
    {
        await using var gateway = await StartAsync(Setup(keys, allowed));
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.SendAsync(HttpMethod.Post, ChatPath, """{"model":"shared-model","messages":[]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, (await Ledger.SettledAsync(gateway)).Provider);
    }

    [Theory]
    [InlineData("cerebras/shared-model", "cerebras")]
    [InlineData("GROQ/shared-model", "groq")]
    [InlineData("shared-model", "mistral")]
    public async Task ModelThatTheKeyAllowsOfOneSellerAlone_GoesToThatOne(string allowed, string expected)
    {
        await using var gateway = await StartAsync(Setup("CEREBRAS_API_KEY GROQ_API_KEY MISTRAL_API_KEY", null) with
        {
            SpendKey = key => key with { AllowedModels = [Encoding.UTF8.GetBytes(allowed)] },
        });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.SendAsync(HttpMethod.Post, ChatPath, """{"model":"shared-model","messages":[]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, (await Ledger.SettledAsync(gateway)).Provider);
    }

    [Theory]
    [InlineData("", null, 400, "provider_key_missing")]
    [InlineData("GROQ_API_KEY", "mistral", 403, "provider_not_allowed")]
    public async Task ModelThatNobodyCanBeAskedFor_SaysWhatIsMissing(string keys, string? allowed, int status, string code)
    {
        await using var gateway = await StartAsync(Setup(keys, allowed));
        using var response = await gateway.SendAsync(HttpMethod.Post, ChatPath, """{"model":"shared-model","messages":[]}""");
        await AssertRefusedAsync(gateway, response, status, code);
    }

    [Theory]
    [InlineData(ChatPath, """{"model":"no-such-model"}""", 400, "forward_model_not_supported")]
    [InlineData(ChatPath, """{"model":"openai/no-such-model"}""", 400, "unpriced_model")]
    [InlineData("/v1/messages", """{"model":"gpt-4o-mini"}""", 400, "forward_model_not_supported")]
    [InlineData(ChatPath, """{"messages":[]}""", 400, "forward_model_invalid")]
    [InlineData(ChatPath, """{"model":""}""", 400, "invalid_request")]
    [InlineData(ChatPath, """{"model":"openai\/gpt-4o-mini"}""", 400, "invalid_request")]
    [InlineData(ChatPath, """{"model":"gpt-4o-mini","model":"gpt-4o"}""", 400, "invalid_request")]
    [InlineData(ChatPath, "not json", 400, "invalid_request")]
    [InlineData(ChatPath, "", 400, "invalid_request")]
    public async Task BodyThatNamesNobody_IsRefused(string path, string body, int status, string code)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.SendAsync(HttpMethod.Post, path, body);
        var json = await AssertRefusedAsync(gateway, response, status, code);
        Assert.Equal(path == "/v1/messages", json.TryGetProperty("type", out _));
    }

    [Fact]
    public async Task EscapesInAModel_WithoutAPrefix_AreThePlainName()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        const string body = """{"model":"gpt\u002d4o-mini","messages":[]}""";
        using var response = await gateway.SendAsync(HttpMethod.Post, ChatPath, body);
        Assert.Equal(body, gateway.Upstream.Single.BodyText);
        Assert.Equal("gpt-4o-mini", (await Ledger.SettledAsync(gateway)).Model);
    }

    [Theory]
    [InlineData("GET", ChatPath)]
    [InlineData("PUT", "/v1/messages")]
    [InlineData("GET", "/v1/rewrite/openai/api.openai.com/v1/chat/completions")]
    public async Task OtherMethods_AreNotAllowed(string method, string path)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.SendAsync(new HttpMethod(method), path, null);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        await AssertRefusedAsync(gateway, response, 405, "method_not_allowed");
    }

    [Fact]
    public async Task ForwardToken_OnADirectRoute_ChargesItsCustomer()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.SendAsync(
            HttpMethod.Post, ChatPath, Bodies.Chat, TestAccounts.Token(providerKey: "own"), ("x-lava-metadata", """{"a":"b"}"""));
        Assert.Equal(["Bearer own"], gateway.Upstream.Single.Header("Authorization"));
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((true, Bodies.AnswerCharge, ProviderKeyType.Unmanaged), (record.Billed, record.Debit.Units, record.ProviderKeyType));
        Assert.Equal("""{"a":"b"}""", record.Metadata);
    }

    [Fact]
    public async Task Rewrite_ToTheProvidersOwnEndpoint_IsForwardedAndCharged()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer.Replace("gpt-4o-mini", "claude-sonnet-4-6"));
        using var response = await gateway.SendAsync(
            HttpMethod.Post,
            "/v1/rewrite/openai/https://api.anthropic.com/v1/messages",
            """{"model":"claude-sonnet-4-6","max_tokens":50,"messages":[]}""",
            TestAccounts.Token());
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", gateway.Upstream.Single.RequestLine);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal("POST https://api.anthropic.com/v1/chat/completions", record.Endpoint);
        Assert.Equal((10, 20), Tokens(record));
    }

    [Theory]
    [InlineData("anthropic/https://api.openai.com/v1/chat/completions", "openai")]
    [InlineData("google/https://api.openai.com/v1/responses", "openai")]
    [InlineData("bedrock/https://api.anthropic.com/v1/messages", "anthropic")]
    public async Task Rewrite_ThatWouldHaveToTranslate_IsRefusedBeforeAnythingIsSpent(string path, string own)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.SendAsync(HttpMethod.Post, "/v1/rewrite/" + path, Bodies.Chat, TestAccounts.Token());
        var json = await AssertRefusedAsync(gateway, response, 400, "rewrite_not_supported");
        var message = json.GetProperty("error").GetProperty("message").GetString();
        Assert.Contains($"/v1/rewrite/{own}/", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/messages", true)]
    [InlineData("/v1/responses", true)]
    [InlineData("/v1/embeddings", true)]
    [InlineData("/v1/forward", true)]
    [InlineData("/v1/forward/openai", true)]
    [InlineData("/v1/rewrite/openai/x", true)]
    [InlineData("/v1/forwards", false)]
    [InlineData("/v1/models", false)]
    [InlineData("/v1/chat/completions/x", false)]
    [InlineData("/v1/CHAT/completions", false)]
    [InlineData("", false)]
    public void Serves_ItsOwnPathsAlone(string path, bool expected) =>
        Assert.Equal(expected, Lava.Gateway.GatewayPipeline.Serves(path));

    private static GatewaySetup Setup(string keys, string? allowed) => new()
    {
        Prices = Prices,
        Variables = name => keys.Split(' ').Contains(name) ? "managed-" + name : null,
        SpendKey = key => key with { AllowedProviders = allowed is null ? null : [allowed] },
    };

    private static (long Input, long Output) Tokens(UsageRecord record) => (record.Usage.InputTokens, record.Usage.OutputTokens);

    private static async Task<JsonElement> AssertRefusedAsync(GatewayHarness gateway, HttpResponseMessage response, int status, string code)
    {
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((status, code), ((int)response.StatusCode, json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(gateway.Upstream.Received);
        await Ledger.NothingHappenedAsync(gateway);
        return json;
    }
}
