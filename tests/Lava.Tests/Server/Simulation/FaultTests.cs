using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Lava.Tests.Server.Simulation;

public sealed class FaultTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Whole = """{"model":"m+tokens=10","max_tokens":50,"messages":[{"role":"user","content":"one two"}]}""";
    private const string Stream = """{"model":"m+tokens=10","max_tokens":50,"stream":true,"messages":[{"content":"one two"}]}""";
    private const string Contents = """{"contents":[{"parts":[{"text":"one two"}]}]}""";

    [Fact]
    public async Task Cut_Stream_BreaksAfterTheAskedParts()
    {
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, Stream, ("x-sim-fault", "cut"), ("x-sim-fault-after", "4"));
        var (text, broken) = await SimulatorFixture.ReadToEndAsync(response);

        Assert.True(broken);
        Assert.Equal(4, ServerSentEvent.Parse(text).Count);
    }

    [Fact]
    public async Task Cut_WholeAnswer_BreaksAfterTheAskedBytes()
    {
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, Whole, ("x-sim-fault", "cut"), ("x-sim-fault-after", "33"));
        var (text, broken) = await SimulatorFixture.ReadToEndAsync(response);

        Assert.True(broken);
        Assert.Equal(33, Encoding.UTF8.GetByteCount(text));
        Assert.True(response.Content.Headers.ContentLength > 33);
    }

    [Theory]
    [InlineData(SimulatorFixture.Chat, Whole, "\"usage\"")]
    [InlineData(SimulatorFixture.Chat, Stream, "[DONE]")]
    [InlineData(SimulatorFixture.Messages, Stream, "message_delta")]
    [InlineData(SimulatorFixture.Gemini + ":generateContent", Contents, "usageMetadata")]
    [InlineData(SimulatorFixture.Gemini + ":streamGenerateContent?alt=sse", Contents, "STOP")]
    public async Task CutBeforeUsage_AnyShape_BreaksBeforeTheFinalUsage(string path, string body, string missing)
    {
        using var response = await simulator.SendAsync(path, body, ("x-sim-fault", "cut-before-usage"));
        var (text, broken) = await SimulatorFixture.ReadToEndAsync(response);

        Assert.True(broken);
        Assert.NotEmpty(text);
        Assert.DoesNotContain(missing, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Stream)]
    [InlineData(Whole)]
    public async Task Stall_CallerGoesAway_IsCounted(string body)
    {
        var before = await AbortedAsync();
        using (var response = await simulator.SendAsync(SimulatorFixture.Chat, body, ("x-sim-fault", "stall"), ("x-sim-fault-after", "3")))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.NotEqual(0, await (await response.Content.ReadAsStreamAsync()).ReadAsync(new byte[1]));
        }

        await WaitForAbortsAsync(before + 1);
    }

    [Fact]
    public async Task StallHeaders_CallerGoesAway_IsCounted()
    {
        var before = await AbortedAsync();
        using var giveUp = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, SimulatorFixture.Chat)
        {
            Content = new StringContent(Whole, Encoding.UTF8, "application/json"),
            Headers = { { "Authorization", "Bearer any" }, { "x-sim-fault", "stall-headers" }, { "x-test", "stall-headers" } },
        };
        var pending = simulator.Client.SendAsync(request, giveUp.Token);
        await WaitUntilAsync(() => Task.FromResult(simulator.Seen.ContainsKey("stall-headers")));
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await WaitForAbortsAsync(before + 1);
    }

    [Theory]
    [InlineData(SimulatorFixture.Chat, Whole)]
    [InlineData(SimulatorFixture.Chat, Stream)]
    [InlineData(SimulatorFixture.Messages, Whole)]
    [InlineData(SimulatorFixture.Messages, Stream)]
    [InlineData(SimulatorFixture.Gemini + ":generateContent", Contents)]
    [InlineData(SimulatorFixture.Gemini + ":streamGenerateContent?alt=sse", Contents)]
    [InlineData(SimulatorFixture.Responses, """{"model":"m","input":"a","stream":true}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a"}""")]
    public async Task NoUsage_AnyShape_NamesNoUsage(string path, string body)
    {
        using var response = await simulator.SendAsync(path, body, ("x-sim-fault", "no-usage"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("usage", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SimulatorFixture.Chat, Whole)]
    [InlineData(SimulatorFixture.Messages, Stream)]
    [InlineData(SimulatorFixture.Gemini + ":generateContent", Contents)]
    [InlineData(SimulatorFixture.Responses, """{"model":"m","input":"a","stream":true}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a"}""")]
    public async Task LyingUsage_AnyShape_IsAbsurd(string path, string body)
    {
        var text = await simulator.TextAsync(path, body, ("x-sim-fault", "lying-usage"));

        Assert.Contains("9223372036854775807", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Whole)]
    [InlineData(Stream)]
    public async Task Gzip_NotAskedFor_InflatesToTheSameAnswer(string body)
    {
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, body, ("x-sim-fault", "gzip"));
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        using var inflated = new StreamReader(new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));

        Assert.Equal(await simulator.TextAsync(SimulatorFixture.Chat, body), await inflated.ReadToEndAsync());
    }

    [Fact]
    public async Task Chunked_WholeAnswer_HasNoLength()
    {
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, Whole, ("x-sim-fault", "chunked"));

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal(await simulator.TextAsync(SimulatorFixture.Chat, Whole), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(SimulatorFixture.Chat, Stream)]
    [InlineData(SimulatorFixture.Messages, Stream)]
    [InlineData(SimulatorFixture.Gemini + ":streamGenerateContent?alt=sse", Contents)]
    [InlineData(SimulatorFixture.Responses, """{"model":"m","input":"a","stream":true}""")]
    public async Task ErrorEvent_Stream_Is200AndEndsWithTheError(string path, string body)
    {
        using var response = await simulator.SendAsync(path, body, ("x-sim-fault", "error-event"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var events = ServerSentEvent.Parse(await response.Content.ReadAsStringAsync());
        Assert.True(events.Count > 2);
        Assert.Contains("Simulated error", events[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_Any_PointsToAnotherHost()
    {
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, Whole, ("x-sim-fault", "redirect"));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("simulator.invalid", response.Headers.Location!.Host);
    }

    [Fact]
    public async Task Huge_WholeAnswer_IsStillValidJson()
    {
        const int Bytes = 1_000_003;
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, Whole, ("x-sim-fault", "huge"), ("x-sim-bytes", "1000003"));

        Assert.True(response.Content.Headers.ContentLength > Bytes);
        var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
        Assert.Equal(Bytes, answer.GetProperty("padding").GetString()!.Length);
        Assert.Equal(10, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
    }

    [Theory]
    [InlineData(SimulatorFixture.Chat, Stream)]
    [InlineData(SimulatorFixture.Gemini + ":streamGenerateContent?alt=sse", Contents)]
    public async Task Huge_Stream_PadsItsFirstEvent(string path, string body)
    {
        var events = await simulator.EventsAsync(path, body, ("x-sim-fault", "huge"), ("x-sim-bytes", "100000"));

        Assert.Equal(100_000, events[0].Json.GetProperty("padding").GetString()!.Length);
        Assert.DoesNotContain("padding", events[1].Data, StringComparison.Ordinal);
    }

    private async Task<long> AbortedAsync()
    {
        var statistics = await simulator.Client.GetStringAsync("/sim/stats");
        return JsonDocument.Parse(statistics).RootElement.GetProperty("aborted_by_client").GetInt64();
    }

    private Task WaitForAbortsAsync(long count) => WaitUntilAsync(async () => await AbortedAsync() >= count);

    private async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            // Another request is the wait: the simulator has to get a turn to notice.
            (await simulator.Client.GetAsync("/sim/stats", limit.Token)).Dispose();
        }
    }
}
