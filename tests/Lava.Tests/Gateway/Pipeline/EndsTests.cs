using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lava.Core;
using Lava.Gateway.Upstreams;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Every way in which a provider can end a call settles it once, at the right debit, with nothing left reserved.</summary>
public sealed class EndsTests
{
    [Fact]
    public async Task Answer_WithUsage_ChargesExactly()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((RequestStatus.Completed, null, 200), (record.Status, record.ErrorCode, record.HttpStatus));
        Assert.Equal((10, 20, UsageCertainty.Exact), (record.Usage.InputTokens, record.Usage.OutputTokens, record.Usage.Certainty));
        Assert.Equal(Bodies.AnswerCharge, record.Debit.Units);
        Assert.Equal("chatcmpl-1", record.ResponseId);
        Assert.Equal(response.Headers.GetValues("x-lava-request-id").Single(), record.RequestId);
    }

    [Theory]
    [InlineData("400 Bad Request")]
    [InlineData("401 Unauthorized")]
    [InlineData("429 Too Many Requests")]
    [InlineData("500 Internal Server Error")]
    [InlineData("529 Overloaded")]
    public async Task Answer_ProviderError_PassesThroughAndIsFree(string status)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync("""{"error":{"message":"no"}}""", status, "Retry-After: 7\r\n");
        using var response = await gateway.PostAsync(Bodies.ChatStream, TestAccounts.Token(meter: "request"));
        Assert.Equal(status[..3], ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("""{"error":{"message":"no"}}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("7", response.Headers.RetryAfter!.ToString());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((RequestStatus.Error, "upstream_error", 0), (record.Status, record.ErrorCode, record.Debit.Units));
        Assert.Equal((int)response.StatusCode, record.HttpStatus);
    }

    [Fact]
    public async Task Answer_ErrorInsideOfA200_IsFreeEvenPerRequest()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync("""{"error":{"message":"no"}}""");
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(meter: "request"));
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((RequestStatus.Error, "upstream_error", 0), (record.Status, record.ErrorCode, record.Debit.Units));
    }

    [Fact]
    public async Task Connect_PortClosed_Is502AndFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        await using var gateway = await StartAsync(new GatewaySetup { UpstreamUrl = url });
        await AssertRefusedAsync(gateway, HttpStatusCode.BadGateway, "upstream_unreachable");
    }

    [Fact]
    public async Task Connect_PrivateAddress_IsRefusedAndFree()
    {
        await using var gateway = await StartAsync(Resolving(() => [IPAddress.Parse("10.0.0.1")]));
        await AssertRefusedAsync(gateway, HttpStatusCode.BadRequest, "forward_endpoint_not_supported");
    }

    [Fact]
    public async Task Connect_NameDoesNotResolve_Is502AndFree()
    {
        await using var gateway = await StartAsync(Resolving(() => throw new SocketException((int)SocketError.HostNotFound)));
        await AssertRefusedAsync(gateway, HttpStatusCode.BadGateway, "upstream_unreachable");
    }

    [Fact]
    public async Task Upstream_CutBeforeHeaders_Is502AndFree()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => Task.Run(exchange.Reset);
        await AssertRefusedAsync(gateway, HttpStatusCode.BadGateway, "upstream_unreachable");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n", 3)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", 3)]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
            + "{\"choices\":[{\"message\":{\"content\":\"abcdefgh", 2)]
    public async Task Upstream_CutInTheBody_CutsTheClientOffAndEstimates(string sent, int outputTokens)
    {
        await using var gateway = await StartAsync();
        var text = sent.Contains("chunked", StringComparison.Ordinal) ? $"{Bodies.Text.Length:x}\r\n{Bodies.Text}\r\n" : "";
        gateway.Upstream.Script = exchange => exchange.SendAsync(sent + text);
        using var client = await gateway.PostRawAsync(Bodies.ChatStreamWithUsage);
        await client.ReceiveAllAsync();
        Assert.DoesNotContain("\r\n0\r\n\r\n", client.Received, StringComparison.Ordinal);
        var record = await Ledger.SettledAsync(gateway);
        var output = text.Length == 0 && !sent.EndsWith('h') ? 0 : outputTokens;
        Assert.Equal(("upstream_cut", UsageCertainty.Partial), (record.ErrorCode, record.Usage.Certainty));
        Assert.Equal((Tokens(Bodies.ChatStreamWithUsage), output), (record.Usage.InputTokens, record.Usage.OutputTokens));
        Assert.Equal(Bodies.Hold(record.Usage.InputTokens, record.Usage.OutputTokens), record.Debit.Units);
    }

    [Fact]
    public async Task Answer_WithoutUsage_IsEstimatedFromItsText()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.AnswerWithoutUsage);
        using var response = await gateway.PostAsync(Bodies.Chat);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((Tokens(Bodies.Chat), 2, UsageCertainty.Unknown), Figures(record));
        Assert.Equal(UsageReason.Missing, record.Usage.Reason);
        Assert.Equal(Bodies.Hold(Tokens(Bodies.Chat), 2), record.Debit.Units);
    }

    [Theory]
    [InlineData("9223372036854775807", "-1")]
    [InlineData("1e400", "20")]
    [InlineData("99999999999999999999999999", "1000000000001")]
    public async Task Answer_AbsurdUsage_IsEstimated(string prompt, string completion)
    {
        await using var gateway = await StartAsync();
        var answer = Bodies.AnswerWithoutUsage[..^1] + $",\"usage\":{{\"prompt_tokens\":{prompt},\"completion_tokens\":{completion}}}}}";
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(UsageCertainty.Unknown, record.Usage.Certainty);
        Assert.InRange(record.Debit.Units, 1, Bodies.Hold(Bodies.Chat, 100));
    }

    [Fact]
    public async Task Answer_ChargeBeyondMoney_LeavesNothingReserved()
    {
        var dear = TestAccounts.Meter(200, "dear", RateType.Fixed, TierType.Tokens1M, "900000");
        await using var gateway = await StartAsync(new GatewaySetup { Meters = [dear], Credit = Money.FromDollars(1_000_000) });
        var answer = Bodies.Answer.Replace(":20}", ":999999999999}", StringComparison.Ordinal);
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);
        using var client = await gateway.PostRawAsync(Bodies.Chat, TestAccounts.Token(meter: "dear"), headers: "Connection: close\r\n");
        await client.ReceiveAllAsync();
        await gateway.EndedAsync();
        var record = Assert.Single(Ledger.AssertBalanced(gateway, Money.FromDollars(1_000_000)));
        Assert.Equal(UsageCertainty.Unknown, record.Usage.Certainty);
        Assert.InRange(record.Debit.Units, 1, record.Held.Units);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Answer_CompressedThoughNotAsked_PassesUntouchedAndIsExact(string encoding)
    {
        await using var gateway = await StartAsync();
        var compressed = Compress(encoding);
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\n"
                + $"Content-Length: {compressed.Length}\r\n\r\n");
            await exchange.SendAsync(compressed);
        };
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(compressed, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.Single());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((10, 20, UsageCertainty.Exact), Figures(record));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    [InlineData("gzip")]
    public async Task Answer_CompressedInAnUnreadableWay_OutputIsEstimatedNotFree(string encoding)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(new string('x', 100), headers: $"Content-Encoding: {encoding}\r\n");
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(new string('x', 100), await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((Tokens(Bodies.Chat), 25, UsageCertainty.Unknown), Figures(record));
        Assert.Equal(UsageReason.Unreadable, record.Usage.Reason);
    }

    [Theory]
    [InlineData("<html><body>Bad gateway, but 200</body></html>", false)]
    [InlineData("", false)]
    [InlineData("{\"id\":", true)]
    [InlineData("\0\u0001\u0002", true)]
    public async Task Answer_NotWhatTheApiSays_PassesAndChargesTheInput(string body, bool chunked)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = async exchange =>
        {
            if (!chunked)
            {
                await exchange.SendJsonAsync(body);
                return;
            }

            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync(body);
            await exchange.SendAsync("0\r\n\r\n");
        };
        using var response = await gateway.PostAsync(Bodies.ChatStreamWithUsage);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((Tokens(Bodies.ChatStreamWithUsage), 0), (record.Usage.InputTokens, record.Usage.OutputTokens));
        Assert.NotEqual(UsageCertainty.Exact, record.Usage.Certainty);
    }

    [Fact]
    public async Task Answer_Redirect_IsPassedAndNotFollowed()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange =>
            exchange.SendAsync($"HTTP/1.1 302 Found\r\nLocation: {gateway.Upstream.Url}/other\r\nContent-Length: 0\r\n\r\n");
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal($"{gateway.Upstream.Url}/other", response.Headers.Location!.ToString());
        Assert.Equal(0, (await Ledger.SettledAsync(gateway)).Debit.Units);
        Assert.Single(gateway.Upstream.Received);
    }

    [Fact]
    public async Task Answer_LongerThanItsLength_EndsAtItsLength()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendJsonAsync(Bodies.Answer);
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmuggled");
        };
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.AnswerWithoutUsage);
        using var next = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(Bodies.AnswerWithoutUsage, await next.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    public async Task FreeEndpoint_AnyMethodThatCostsNothing_PassesAndMovesNoMoney(string method)
    {
        await using var gateway = await StartAsync();
        var body = method == "HEAD" ? "" : "{\"data\":[]}";
        gateway.Upstream.Script = exchange => exchange.SendAsync(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{body}");
        using var request = Request(new HttpMethod(method), "https://api.openai.com/v1/files/file-1?a=b", TestAccounts.Token(), null);
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(11, response.Content.Headers.ContentLength);
        Assert.Equal($"{method} /v1/files/file-1?a=b HTTP/1.1", gateway.Upstream.Single.RequestLine);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((RequestStatus.Completed, null, 0L), (record.Status, record.ErrorCode, record.Debit.Units));
        Assert.Equal($"{method} https://api.openai.com/v1/files/file-1", record.Endpoint);
    }

    [Theory]
    [InlineData("304 Not Modified", "Content-Length: 500\r\nETag: \"a\"\r\n")]
    [InlineData("204 No Content", "")]
    public async Task FreeEndpoint_AnswerWithoutBody_IsComplete(string status, string headers)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendAsync($"HTTP/1.1 {status}\r\n{headers}\r\n");
        using var request = Request(HttpMethod.Get, "https://api.openai.com/v1/models", TestAccounts.Token(), null);
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(status[..3], ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEqual("upstream_cut", (await Ledger.SettledAsync(gateway)).ErrorCode);
    }

    private static (long, long, UsageCertainty) Figures(UsageRecord record) =>
        (record.Usage.InputTokens, record.Usage.OutputTokens, record.Usage.Certainty);

    private static long Tokens(string body) => (Encoding.UTF8.GetByteCount(body) + 3) / 4;

    private static GatewaySetup Resolving(Func<IPAddress[]> resolve) => new()
    {
        UpstreamUrl = "",
        UpstreamClient = overrides => new UpstreamConnector(overrides, new UpstreamOptions(), TimeProvider.System)
        {
            Resolve = (_, _) => Task.FromResult(resolve()),
        }.CreateClient(),
    };

    private static async Task AssertRefusedAsync(GatewayHarness gateway, HttpStatusCode status, string code)
    {
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(meter: "request"));
        Assert.Equal(status, response.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((RequestStatus.Error, code, 0, 0L), (record.Status, record.ErrorCode, record.HttpStatus, record.Debit.Units));
        Assert.Equal(response.Headers.GetValues("x-lava-request-id").Single(), record.RequestId);
    }

    private static byte[] Compress(string encoding)
    {
        var buffer = new MemoryStream();
        using (Stream stream = encoding == "br"
            ? new BrotliStream(buffer, CompressionLevel.Fastest)
            : new GZipStream(buffer, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(Bodies.Answer));
        }

        return buffer.ToArray();
    }
}
