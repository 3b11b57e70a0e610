using System.Text;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering.Catalog;
using Lava.Tests.Gateway.Upstreams.Http1;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Gateway.Upstreams;

public sealed class HeaderPolicyTests
{
    [Theory]
    [InlineData("anthropic-version")]
    [InlineData("anthropic-beta")]
    [InlineData("OpenAI-Organization")]
    [InlineData("User-Agent")]
    [InlineData("Accept")]
    [InlineData("Idempotency-Key")]
    [InlineData("x-stainless-lang")]
    [InlineData("traceparent")]
    [InlineData("X-Whatever")]
    [InlineData("Content-Type")]
    [InlineData("Content-Encoding")]
    public void CopyRequest_EndToEndHeader_Passes(string name) => Assert.Equal("value/x", Sent(name, "value/x"));

    [Theory]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Authorization")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Upgrade")]
    [InlineData("Host")]
    [InlineData("Content-Length")]
    [InlineData("AUTHORIZATION")]
    [InlineData("x-api-key")]
    [InlineData("X-Goog-Api-Key")]
    [InlineData("xi-api-key")]
    [InlineData("api-key")]
    [InlineData("X-Provider-API-Key")]
    [InlineData("Cookie")]
    [InlineData("x-lava-metadata")]
    [InlineData("X-Lava-Metadata-Feature")]
    [InlineData("X-LAVA-anything")]
    [InlineData("Expect")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public void CopyRequest_HeaderThatMustStay_Stays(string name) => Assert.Null(Sent(name, "1"));

    [Theory]
    [InlineData("close, X-Secret")]
    [InlineData("x-secret")]
    [InlineData(" a ,\tX-SECRET , b")]
    public void CopyRequest_HeaderNamedInConnection_Stays(string connection) => Assert.Null(Sent("X-Secret", "1", connection));

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("a\u007f")]
    public void CopyRequest_ControlCharacter_Stays(string value) => Assert.Null(Sent("X-Value", value));

    [Fact]
    public void CopyRequest_Always_AsksForPlainBytes() => Assert.Equal("identity", Sent("Accept-Encoding", "gzip, br"));

    [Fact]
    public void CopyRequest_SeveralValues_AllPassInOrder()
    {
        var from = new HeaderDictionary { ["x-many"] = new[] { "1", "2" } };
        Assert.Equal(["1", "2"], Heads.Values(Heads.Write(head => RequestHeaderPolicy.Write(from, head)), "x-many"));
    }

    [Theory]
    [InlineData("x-request-id", "req_1")]
    [InlineData("retry-after", "7")]
    [InlineData("anthropic-ratelimit-tokens-remaining", "1")]
    [InlineData("x-ratelimit-reset-tokens", "6m0s")]
    [InlineData("Date", "not a date")]
    [InlineData("Server", "cloudflare")]
    [InlineData("Content-Type", "text/event-stream; charset=utf-8")]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("openai-processing-ms", "12")]
    public async Task CopyResponse_EndToEndHeader_Passes(string name, string value) =>
        Assert.Equal(value, await ReceivedAsync(name, value));

    [Theory]
    [InlineData("Connection", "x")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("transfer-encoding", "Chunked")]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("Content-Length", "5")]
    [InlineData("Set-Cookie", "__cf_bm=1")]
    [InlineData("Alt-Svc", "h3=\":443\"")]
    [InlineData("Strict-Transport-Security", "max-age=1")]
    [InlineData("Access-Control-Allow-Origin", "*")]
    [InlineData("x-lava-request-id", "req_1")]
    [InlineData("Authorization", "Bearer sk-managed")]
    [InlineData("x-api-key", "sk-managed")]
    [InlineData("X-Bad", "ü")]
    [InlineData("X-Bad", "a\u0001b")]
    public async Task CopyResponse_HeaderThatMustStay_Stays(string name, string value) =>
        Assert.Null(await ReceivedAsync(name, value));

    [Fact]
    public async Task CopyResponse_HeaderNamedInConnection_Stays()
    {
        var to = await CopyAsync("Connection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 1\r\nX-End: 2\r\n");
        Assert.Equal(["X-End"], to.Keys);
        Assert.Equal("1,2", to["X-End"].ToString());
    }

    [Fact]
    public async Task CopyResponse_SameHeadersAgain_MakeNoString()
    {
        const string Headers = "x-version: 2020-10-01\r\nServer: cloudflare\r\n";
        var first = await CopyAsync(Headers);
        var second = await CopyAsync(Headers);
        Assert.Same(first["x-version"][0], second["x-version"][0]);
        Assert.Same(first.Keys.Order().First(), second.Keys.Order().First());
        Assert.Equal("2020-10-02", (await CopyAsync("x-version: 2020-10-02\r\n"))["x-version"]);
        Assert.Equal("2020-10-01", (await CopyAsync("X-Version: 2020-10-01\r\n")).Single(header => header.Key == "X-Version").Value);
    }

    [Fact]
    public void TryRead_KeyThatNoHeaderCanCarry_IsAnErrorThatDoesNotTellIt()
    {
        Assert.False(ManagedProviderKeys.TryRead(ProviderCatalog.Default, _ => "sk se\ncret", out _, out var errors));
        Assert.Equal(ProviderCatalog.Default.Providers.Count, errors.Count);
        Assert.DoesNotContain("cret", string.Concat(errors), StringComparison.Ordinal);
    }

    private static string? Sent(string name, string value, string? connection = null)
    {
        var from = new HeaderDictionary { [name] = value };
        if (connection is not null)
        {
            from["Connection"] = connection;
        }

        return Heads.Values(Heads.Write(head => RequestHeaderPolicy.Write(from, head)), name).SingleOrDefault();
    }

    private static async Task<string?> ReceivedAsync(string name, string value) =>
        (await CopyAsync($"{name}: {value}\r\n")).TryGetValue(name, out var values) ? values.ToString() : null;

    private static async Task<HeaderDictionary> CopyAsync(string headers)
    {
        var transport = new MemoryTransport(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\n{headers}\r\n"));
        using var client = transport.CreateClient();
        var exchange = Heads.Get(new UpstreamExchange());
        Assert.Equal(UpstreamOutcome.Ok, await client.SendAsync(exchange, default, default));
        var to = new HeaderDictionary();
        ResponseHeaderPolicy.Copy(exchange, to);
        await exchange.EndAsync();
        return to;
    }
}
