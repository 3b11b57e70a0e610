using System.Text.Json.Nodes;
using Lava.Metering;
using Lava.Metering.Scanning;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>The usage that the gateway asks for in a stream is charged by and never seen by the client.</summary>
public sealed class IncludeUsageTests
{
    private static readonly string Stream = Bodies.Text + Bodies.Stop + Bodies.UsageChunk + Bodies.Done;
    private static readonly string StreamOfTheClient =
        (Bodies.Text + Bodies.Stop).Replace(",\"usage\":null", "", StringComparison.Ordinal) + Bodies.Done;

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":100,"stream":true}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":100,"stream":true,"stream_options":null}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":100,"stream":true,"stream_options":{"include_usage":false}}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":100,"stream":true,"stream_options":{"include_obfuscation":false}}""")]
    public async Task Stream_ClientDidNotAsk_ProviderIsAskedAndTheClientSeesNothingOfIt(string body)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => SendAsync(exchange, Stream, Stream.Length);
        using var response = await gateway.PostAsync(body);
        Assert.Equal(StreamOfTheClient, await response.Content.ReadAsStringAsync());
        var sent = JsonNode.Parse(gateway.Upstream.Single.BodyText)!;
        Assert.True((bool)sent["stream_options"]!["include_usage"]!);
        Assert.Equal(body.Contains("obfuscation", StringComparison.Ordinal), sent["stream_options"]!["include_obfuscation"] is not null);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Exact, Bodies.AnswerCharge), (record.Usage.Certainty, record.Debit.Units));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(130)]
    public async Task Stream_InPieces_IsTheSame(int piece)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => SendAsync(exchange, Stream, piece);
        using var response = await gateway.PostAsync(Bodies.ChatStream);
        Assert.Equal(StreamOfTheClient, await response.Content.ReadAsStringAsync());
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public async Task Stream_EventLargerThanTheFilterKeeps_PassesWhole(int quarters)
    {
        await using var gateway = await StartAsync();
        var content = new string('x', UsageChunkFilter.EventBytesMax / 4 * quarters);
        var large = $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n";
        gateway.Upstream.Script = exchange => SendAsync(exchange, large + Stream, 100_000);
        using var response = await gateway.PostAsync(Bodies.ChatStream);
        Assert.Equal(large + StreamOfTheClient, await response.Content.ReadAsStringAsync());
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    [Fact]
    public async Task Stream_ClientAskedItself_IsUntouchedBothWays()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => SendAsync(exchange, Stream, 50);
        using var response = await gateway.PostAsync(Bodies.ChatStreamWithUsage);
        Assert.Equal(Stream, await response.Content.ReadAsStringAsync());
        Assert.Equal(Bodies.ChatStreamWithUsage, gateway.Upstream.Single.BodyText);
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    [Theory]
    [InlineData(Chat, Bodies.Chat)]
    [InlineData("https://api.openai.com/v1/embeddings", """{"model":"text-embedding-3-small","stream":true,"input":"x"}""")]
    [InlineData("https://api.openai.com/v1/responses", """{"model":"gpt-4o-mini","stream":true,"input":"x"}""")]
    [InlineData("https://api.anthropic.com/v1/messages", """{"model":"claude-haiku-4-5","max_tokens":9,"stream":true}""")]
    public async Task Request_NotAChatStream_IsUntouched(string target, string body)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.PostAsync(body, target: target);
        Assert.Equal(body, gateway.Upstream.Single.BodyText);
        await Ledger.SettledAsync(gateway);
    }

    [Fact]
    public async Task Stream_AnsweredByAnErrorOrByJson_PassesUntouched()
    {
        await using var gateway = await StartAsync();
        var json = Bodies.Answer.Replace("\"choices\"", "\"usage\":null,\"choices\"", StringComparison.Ordinal);
        foreach (var (status, body) in new[] { ("200 OK", json), ("429 Too Many Requests", """{"usage":null,"choices":[],"error":{}}""") })
        {
            gateway.Upstream.Script = exchange => exchange.SendJsonAsync(body, status);
            using var response = await gateway.PostAsync(Bodies.ChatStream);
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
            await gateway.EndedAsync();
        }

        Assert.Equal(2, Ledger.AssertBalanced(gateway).Count);
    }

    private static async Task SendAsync(ScriptedExchange exchange, string stream, int piece)
    {
        await exchange.SendChunkedHeadAsync();
        for (var at = 0; at < stream.Length; at += piece)
        {
            await exchange.SendChunkAsync(stream.Substring(at, Math.Min(piece, stream.Length - at)));
        }

        await exchange.SendAsync("0\r\n\r\n");
    }
}
