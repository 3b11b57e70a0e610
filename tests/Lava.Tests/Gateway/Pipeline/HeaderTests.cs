using System.Net;
using Lava.Core;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>What of a request reaches the provider, and what of its answer the client, byte for byte.</summary>
public sealed class HeaderTests
{
    private const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";

    [Fact]
    public async Task Request_OnlyWhatIsMeantForTheProvider_ReachesIt()
    {
        await using var gateway = await StartAsync();
        using var client = await gateway.PostRawAsync(Bodies.Chat, headers: string.Concat(
            "Connection: X-Hop\r\nX-Hop: secret-hop\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: secret-proxy\r\n",
            "x-api-key: secret-a\r\nx-goog-api-key: secret-b\r\nxi-api-key: secret-c\r\napi-key: secret-d\r\nCookie: a=secret-e\r\n",
            "x-lava-metadata-team: secret-f\r\nx-lava-anything: secret-g\r\nAccept-Encoding: gzip, br\r\nX-Forwarded-For: 1.2.3.4\r\n",
            "OpenAI-Beta: assistants=v2\r\nX-Custom: one\r\nX-Custom: two\r\nUser-Agent: test/1\r\n"));
        Assert.True(await client.ReceiveUntilAsync("\r\n\r\n{}"));
        var request = gateway.Upstream.Single;
        Assert.DoesNotContain("secret-", request.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("x-lava", request.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("1.2.3.4", request.Head, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAccounts.Token(), request.Head, StringComparison.Ordinal);
        Assert.All(new[] { "TE", "Keep-Alive", "Transfer-Encoding" }, name => Assert.Empty(request.Header(name)));
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", request.RequestLine);
        Assert.Equal(["Bearer managed-OPENAI_API_KEY"], request.Header("Authorization"));
        Assert.Equal(["identity"], request.Header("Accept-Encoding"));
        Assert.Equal(["assistants=v2"], request.Header("OpenAI-Beta"));
        Assert.Equal("one, two", string.Join(", ", request.Header("X-Custom")));
        Assert.Equal(["test/1"], request.Header("User-Agent"));
        Assert.Equal(["application/json"], request.Header("Content-Type"));
        Assert.Equal([$"{Bodies.Chat.Length}"], request.Header("Content-Length"));
        Assert.Equal(new Uri(gateway.Upstream.Url).Authority, Assert.Single(request.Header("Host")));
        Assert.Equal(Bodies.Chat, request.BodyText);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1/chat/completions", "Authorization", "Bearer own-key")]
    [InlineData("https://api.anthropic.com/v1/messages", "x-api-key", "own-key")]
    [InlineData(Gemini, "x-goog-api-key", "own-key")]
    public async Task ProviderKey_OfTheToken_GoesInTheProvidersOwnWayAlone(string target, string header, string value)
    {
        await using var gateway = await StartAsync();
        var model = target == Chat ? "gpt-4o-mini" : "claude-haiku-4-5";
        using var response = await gateway.PostAsync(
            $$"""{"model":"{{model}}","max_tokens":1}""",
            TestAccounts.Token(providerKey: "own-key"), target);
        var request = gateway.Upstream.Single;
        Assert.Equal([value], request.Header(header));
        Assert.Equal(1, new[] { "Authorization", "x-api-key", "x-goog-api-key" }.Sum(name => request.Header(name).Length));
        await Ledger.SettledAsync(gateway);
    }

    [Theory]
    [InlineData("&key=")]
    [InlineData("%3Fkey=")]
    [InlineData("?key=")]
    public async Task Credential_InTheQuery_StaysHere(string parameter)
    {
        await using var gateway = await StartAsync();
        using var client = await RawClient.SendAsync(
            gateway.Port,
            $"POST /v1/forward?u={Gemini}{parameter}{Uri.EscapeDataString(TestAccounts.Token())} HTTP/1.1\r\nHost: g\r\n"
                + "Connection: close\r\nContent-Length: 2\r\n\r\n{}");
        var received = await client.ReceiveAllAsync();
        Assert.StartsWith(parameter == "%3Fkey=" ? "HTTP/1.1 401" : "HTTP/1.1 200", received, StringComparison.Ordinal);
        var token = TestAccounts.Token()[..20];
        Assert.DoesNotContain(gateway.Upstream.Received, request => request.Head.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_EndToEndHeadersPass_ThoseOfTheConnectionDoNot()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer, "201 Created", string.Concat(
            "Connection: X-Hop, keep-alive\r\nX-Hop: hop\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=b\r\n",
            "Strict-Transport-Security: max-age=1\r\n",
            "x-lava-request-id: forged\r\nx-ratelimit-remaining-tokens: 5\r\nX-Twice: 1\r\nX-Twice: 2\r\n",
            "Server: provider\r\nx-request-id: r1\r\n"));
        using var client = await gateway.PostRawAsync(Bodies.Chat, headers: "Connection: close\r\n");
        var lines = (await client.ReceiveAllAsync()).Split("\r\n");
        Assert.Equal("HTTP/1.1 201 Created", lines[0]);
        Assert.Equal(["X-Twice: 1", "X-Twice: 2"], lines.Where(line => line.StartsWith("X-Twice", StringComparison.Ordinal)));
        Assert.Contains("x-ratelimit-remaining-tokens: 5", lines);
        Assert.Contains("x-request-id: r1", lines, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("Server: provider", lines);
        Assert.Contains($"Content-Length: {Bodies.Answer.Length}", lines);
        string[] stay = ["X-Hop", "Keep-Alive", "Set-Cookie", "Strict-", "Transfer-Encoding"];
        Assert.DoesNotContain(lines, line => stay.Any(name => line.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
        var id = Assert.Single(lines, line => line.StartsWith("x-lava-request-id", StringComparison.OrdinalIgnoreCase));
        Assert.EndsWith((await Ledger.SettledAsync(gateway)).RequestId, id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_InChunks_HasNoLengthAndOneTerminator()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync("application/json");
            await exchange.SendChunkAsync(Bodies.Answer[..50]);
            await exchange.SendChunkAsync(Bodies.Answer[50..]);
            await exchange.SendAsync("0\r\nX-Trailer: 1\r\n\r\n");
        };
        using var client = await gateway.PostRawAsync(Bodies.Chat, headers: "Connection: close\r\n");
        var received = await client.ReceiveAllAsync();
        Assert.DoesNotContain("Content-Length", received, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, received.Split("Transfer-Encoding: chunked").Length);
        Assert.Equal(2, received.Split("\r\n0\r\n\r\n").Length);
        Assert.DoesNotContain("X-Trailer", received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n")]
    public async Task Request_OfTwoLengths_IsNotForwardedTwice(string framing)
    {
        await using var gateway = await StartAsync();
        using var client = await RawClient.SendAsync(
            gateway.Port,
            $"POST /v1/forward?u={Chat} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {TestAccounts.Token()}\r\n{framing}\r\n"
                + "0\r\n\r\nGET /v1/forward HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
        await client.ReceiveAllAsync();
        Assert.Empty(gateway.Upstream.Received);
        Assert.Empty(gateway.Books().Reserves);
    }

    [Fact]
    public async Task Error_AfterAuthentication_CarriesTheRequestId()
    {
        await using var gateway = await StartAsync(new GatewaySetup { Credit = Money.Zero });
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.StartsWith("req_test_", response.Headers.GetValues("x-lava-request-id").Single(), StringComparison.Ordinal);
    }
}
