using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
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
        using var to = new HttpRequestMessage();
        RequestHeaderPolicy.Copy(from, to);
        Assert.Equal(["1", "2"], to.Headers.NonValidated["x-many"]);
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
    public void CopyResponse_EndToEndHeader_Passes(string name, string value) => Assert.Equal(value, Received(name, value));

    [Theory]
    [InlineData("Connection", "x")]
    [InlineData("Transfer-Encoding", "chunked")]
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
    public void CopyResponse_HeaderThatMustStay_Stays(string name, string value) => Assert.Null(Received(name, value));

    [Fact]
    public void CopyResponse_HeaderNamedInConnection_Stays()
    {
        using var from = new HttpResponseMessage();
        from.Headers.TryAddWithoutValidation("Connection", "close, X-Hop");
        from.Headers.TryAddWithoutValidation("X-Hop", "1");
        from.Headers.TryAddWithoutValidation("X-End", "1");
        from.Headers.TryAddWithoutValidation("X-End", "2");
        var to = new HeaderDictionary();
        ResponseHeaderPolicy.Copy(from, to);
        Assert.Equal(["X-End"], to.Keys);
        Assert.Equal("1,2", to["X-End"].ToString());
    }

    [Theory]
    [InlineData("https://api.openai.com/v1/models", "Authorization", "Bearer sk-x")]
    [InlineData("https://api.anthropic.com/v1/models", "x-api-key", "sk-x")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/models", "x-goog-api-key", "sk-x")]
    public void Authorize_EveryProvider_InItsOwnWay(string url, string header, string expected)
    {
        Assert.True(ProviderCatalog.Default.TryFind(new Uri(url).Host, out var provider));
        Assert.True(ManagedProviderKeys.TryRead(
            ProviderCatalog.Default, name => provider.KeyVariables.Contains(name) ? " sk-x\n" : null, out var keys, out _));
        Assert.True(keys.TryFind(provider, out var managed));
        Assert.Equal(expected, managed);
        using var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation(header, "the caller's");
        var scheme = provider.KeySchemeOf(ProviderEndpoint.Unlisted);
        ProviderAuthorizer.Authorize(request, scheme, "sk-x"u8);
        Assert.Equal(expected, Assert.Single(request.Headers.NonValidated).Value.ToString());
        ProviderAuthorizer.Authorize(request, scheme, managed);
        Assert.Equal(expected, Assert.Single(request.Headers.NonValidated).Value.ToString());
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

        using var to = new HttpRequestMessage { Content = new ByteArrayContent([]) };
        RequestHeaderPolicy.Copy(from, to);
        return to.Headers.NonValidated.TryGetValues(name, out var values) || to.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;
    }

    private static string? Received(string name, string value)
    {
        using var from = new HttpResponseMessage { Content = new ByteArrayContent([]) };
        if (!from.Headers.TryAddWithoutValidation(name, value))
        {
            from.Content.Headers.TryAddWithoutValidation(name, value);
        }

        var to = new HeaderDictionary();
        ResponseHeaderPolicy.Copy(from, to);
        return to.TryGetValue(name, out var values) ? values.ToString() : null;
    }
}
