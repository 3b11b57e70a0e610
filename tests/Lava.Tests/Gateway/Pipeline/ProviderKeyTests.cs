using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Lava.Core.Accounts;
using Lava.Metering.Catalog;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Whose key reaches the provider, and how: from the token, the operator, or the caller itself.</summary>
public sealed class ProviderKeyTests
{
    private const string Mantle = "https://bedrock-mantle.us-east-1.api.aws/openai/v1/chat/completions";
    private static readonly string[] SignedNames =
        ["content-type", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-custom"];

    private const string Prices =
        """
        version 1
        bedrock gpt-4o-mini 2026-01-01 input=0.15 output=0.6 context=128000 max_output=16384 source=test
        acme gpt-4o-mini 2026-01-01 input=0.15 output=0.6 context=128000 max_output=16384 source=test
        """;

    [Theory]
    [InlineData("api-key", "TOKEN")]
    [InlineData("x-key", "TOKEN")]
    [InlineData("Authorization", "Token TOKEN")]
    [InlineData("Authorization", "Key TOKEN")]
    [InlineData("Authorization", "TOKEN")]
    [InlineData("x-lava-token", "TOKEN")]
    public async Task ForwardToken_InAnyPlaceOfAnSdk_IsReadAndStaysHere(string header, string value)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await SendAsync(gateway, Chat, (header, value.Replace("TOKEN", TestAccounts.Token())));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = gateway.Upstream.Single;
        Assert.Equal(["Bearer managed-OPENAI_API_KEY"], request.Header("Authorization"));
        Assert.DoesNotContain(TestAccounts.Token(), request.Head, StringComparison.Ordinal);
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1/chat/completions", "Authorization", "Bearer sk-own")]
    [InlineData("https://res.openai.azure.com/openai/v1/chat/completions", "Authorization", "Bearer entra.token.own")]
    [InlineData("https://res.openai.azure.com/openai/v1/chat/completions", "api-key", "own")]
    public async Task OwnAuthorization_BesideALavaToken_GoesAsItCame(string target, string header, string value)
    {
        await using var gateway = await StartAsync(new() { Prices = Prices.Replace("bedrock", "azure") });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await SendAsync(gateway, target, ("x-lava-token", TestAccounts.Token()), (header, value));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = gateway.Upstream.Single;
        Assert.Equal([value], request.Header(header));
        Assert.Equal(1, new[] { "Authorization", "api-key", "x-api-key" }.Sum(name => request.Header(name).Length));
        Assert.Equal(ProviderKeyType.Unmanaged, (await Ledger.SettledAsync(gateway)).ProviderKeyType);
    }

    [Fact]
    public async Task CredentialOfOurs_BesideALavaToken_NeverReachesTheProvider()
    {
        foreach (var ours in new[] { TestAccounts.SecretKey, TestAccounts.Token(), TestAccounts.Token("c1"), "lava_sk_x" })
        {
            await using var gateway = await StartAsync();
            gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
            using var response = await SendAsync(
                gateway, Chat, ("x-lava-token", TestAccounts.Token()), ("Authorization", "Bearer " + ours), ("x-api-key", ours));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(["Bearer managed-OPENAI_API_KEY"], gateway.Upstream.Single.Header("Authorization"));
            Assert.DoesNotContain(ours, gateway.Upstream.Single.Head, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OwnAuthorization_WithAProviderKeyInTheToken_TheTokensCounts()
    {
        await using var gateway = await StartAsync();
        using var response = await SendAsync(
            gateway, Chat, ("x-lava-token", TestAccounts.Token(providerKey: "of-the-token")), ("Authorization", "Bearer sk-own"));
        Assert.Equal(["Bearer of-the-token"], gateway.Upstream.Single.Header("Authorization"));
    }

    [Fact]
    public async Task HostOfAStranger_WithoutAnOwnKey_IsRefused()
    {
        await using var gateway = await StartAsync(new() { UpstreamUrl = "" });
        using var response = await SendAsync(
            gateway, "https://gw.azure-api.net/openai/v1/chat/completions", ("x-lava-token", TestAccounts.Token()));
        Assert.Contains("provider_key", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
        await Ledger.NothingHappenedAsync(gateway);
    }

    [Fact]
    public async Task AddedProvider_FromJson_WorksWithItsKeyInTheQueryAlone()
    {
        List<string> errors = [];
        var options = ProviderOptionsJson.Parse(
            """
            { "name": "acme", "hosts": ["*.acme.test"], "keyParameter": "api_key",
              "apis": [ { "api": "OpenAiChat", "base": "/openai", "includeUsage": true } ] }
            """, errors);
        Assert.Empty(errors);
        await using var gateway = await StartAsync(new() { Prices = Prices, Providers = [options] });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(
            Bodies.Chat, TestAccounts.Token(providerKey: "se/cret"), "https://eu.acme.test/openai/chat/completions?v=1");
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        var request = gateway.Upstream.Single;
        Assert.Equal("POST /openai/chat/completions?v=1&api_key=se%2Fcret HTTP/1.1", request.RequestLine);
        Assert.Empty(request.Header("Authorization"));
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(("acme", "POST https://eu.acme.test/openai/chat/completions"), (record.Provider, record.Endpoint));
        Assert.Equal(Bodies.AnswerCharge, record.Debit.Units);
        Assert.DoesNotContain("se%2Fcret", response.Headers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignedRequest_ReachesTheProviderAsItWasSigned()
    {
        await using var gateway = await StartAsync(new() { Prices = Prices });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        var body = Bodies.Chat.Replace("hello", "grüße  \\u00fc");
        using var response = await SendSignedAsync(gateway, body, SignedNames);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = gateway.Upstream.Single;
        Assert.Equal(body, request.BodyText);
        Assert.Equal(["session"], request.Header("x-amz-security-token"));
        Assert.DoesNotContain(TestAccounts.Token(), request.Head, StringComparison.Ordinal);

        // As AWS does: the signature again, over what arrived.
        var authorization = Assert.Single(request.Header("Authorization"));
        var names = authorization.Split("SignedHeaders=")[1].Split(',')[0].Split(';');
        var headers = names
            .Select(name => (name, name == "host" ? new Uri(Mantle).Host : string.Join(',', request.Header(name))))
            .ToArray();
        var uri = request.RequestLine.Split(' ')[1];
        Assert.EndsWith("Signature=" + Sign("POST", uri, headers, request.Body), authorization, StringComparison.Ordinal);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((ProviderKeyType.Unmanaged, Bodies.AnswerCharge), (record.ProviderKeyType, record.Debit.Units));
    }

    [Theory]
    [InlineData("accept-encoding")]
    [InlineData("x-lava-token")]
    [InlineData("x-forwarded-for")]
    [InlineData("connection")]
    public async Task SignedHeader_ThatWouldNotArriveAsItCame_IsRefused(string name)
    {
        await using var gateway = await StartAsync(new() { Prices = Prices });
        using var response = await SendSignedAsync(gateway, Bodies.Chat, signed: ["host", "x-amz-date", name]);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"The header {name} is signed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Ledger.NothingHappenedAsync(gateway);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task SignatureWithoutItsHeaders_IsRefused_AndForAnotherProviderPassesAsAnyAuthorization()
    {
        await using var gateway = await StartAsync();
        (string, string)[] headers = [("x-lava-token", TestAccounts.Token()), ("Authorization", "AWS4-HMAC-SHA256 Credential=a")];
        using var refused = await SendAsync(gateway, Mantle, headers);
        Assert.Contains("SignedHeaders", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var other = await SendAsync(gateway, Chat, headers);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        GatewayHarness gateway, string target, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, target, "", Bodies.Chat);
        request.Headers.Remove("Authorization");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SendSignedAsync(GatewayHarness gateway, string body, string[] signed)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var values = new Dictionary<string, string>
        {
            ["content-type"] = "application/json",
            ["host"] = new Uri(Mantle).Host,
            ["x-amz-content-sha256"] = Hex(SHA256.HashData(bytes)),
            ["x-amz-date"] = "20260901T120000Z",
            ["x-amz-security-token"] = "session",
            ["x-custom"] = "a b",
        };
        var uri = new Uri(Mantle).AbsolutePath + "?x=1";
        var signature = Sign("POST", uri, [.. signed.Select(name => (name, values.GetValueOrDefault(name, "")))], bytes);
        using var request = Request(HttpMethod.Post, Mantle + "?x=1", "", body);
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("x-lava-token", TestAccounts.Token());
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260901/us-east-1/bedrock/aws4_request, "
                + $"SignedHeaders={string.Join(';', signed)}, Signature={signature}");
        foreach (var (name, value) in values.Where(pair => pair.Key is not ("host" or "content-type")))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Client.SendAsync(request);
    }

    // AWS Signature Version 4, of its documentation.
    private static string Sign(string method, string uri, (string Name, string Value)[] headers, byte[] body)
    {
        const string Scope = "20260901/us-east-1/bedrock/aws4_request";
        var parts = uri.Split('?');
        var canonical = string.Join('\n', method, parts[0], parts.Length > 1 ? parts[1] : "",
            string.Concat(headers.Select(header => string.Create(CultureInfo.InvariantCulture, $"{header.Name}:{header.Value.Trim()}\n"))),
            string.Join(';', headers.Select(header => header.Name)), Hex(SHA256.HashData(body)));
        var hash = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var text = string.Join('\n', "AWS4-HMAC-SHA256", "20260901T120000Z", Scope, hash);
        var key = Scope.Split('/').Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + "secret"), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
