using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Figures that can't be true: the client's bytes stay, the bill is an estimate, and the record says why.</summary>
public sealed class LyingProviderTests
{
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}],"max_tokens":100}""";

    [Theory]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":10}""", UsageReason.Malformed)]
    [InlineData("""{"prompt_tokens":1e300,"completion_tokens":10}""", UsageReason.Malformed)]
    [InlineData("""{"prompt_tokens":99999999999999999999,"completion_tokens":10}""", UsageReason.Malformed)]
    [InlineData("""{"prompt_tokens":999999999999,"completion_tokens":10}""", UsageReason.Absurd)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":900000000}""", UsageReason.Absurd)]
    [InlineData("null", UsageReason.Missing)]
    [InlineData("{}", UsageReason.Missing)]
    public async Task Answer_FiguresThatAreNone_EstimatedUnknownCounted(string usage, UsageReason reason)
    {
        const string Choices = """[{"message":{"content":"Hi there, you"},"finish_reason":"stop"}]""";
        var answer = $$"""{"id":"a","model":"gpt-4o-mini","choices":{{Choices}},"usage":{{usage}}}""";
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(answer);

        using var response = await gateway.PostAsync(Body);

        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Unknown, reason), (record.Usage.Certainty, record.Usage.Reason));
        Assert.Equal(((Encoding.UTF8.GetByteCount(Body) + 3) / 4, 4), (record.Usage.InputTokens, record.Usage.OutputTokens));
        Assert.True(record.Charge > Money.Zero && record.Charge <= record.Held);
        Assert.Equal(1, gateway.Metrics.Inexact(reason));
        Assert.Equal(1, gateway.Metrics.Unknown);
    }

    [Fact]
    public async Task Answer_Nonsense_EstimatedByItsSizeAndTheBytesStay()
    {
        const string Html = "<html><body>Bad gateway, but with status 200</body></html>";
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Html);

        using var response = await gateway.PostAsync(Body);

        Assert.Equal(Html, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Unknown, UsageReason.Missing), (record.Usage.Certainty, record.Usage.Reason));
        Assert.True(record.Charge > Money.Zero);
    }

    [Fact]
    public async Task Advisor_FiguresBeyondBelief_TheWholeIsEstimated()
    {
        const string Answer = """
            {"id":"m","type":"message","model":"claude-haiku-4-5","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn",
            "usage":{"input_tokens":10,"output_tokens":1,"iterations":[
            {"type":"message","model":"claude-haiku-4-5","input_tokens":10,"output_tokens":1},
            {"type":"advisor_message","model":"claude-haiku-4-5","input_tokens":900000000000,"output_tokens":900000000000}]}}
            """;
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Answer);

        using var response = await gateway.PostAsync(
            """{"model":"claude-haiku-4-5","max_tokens":100,"messages":[]}""", target: "https://api.anthropic.com/v1/messages");

        Assert.Equal(Answer, await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(UsageReason.Absurd, record.Usage.Reason);
        Assert.Empty(record.ByModel);
        Assert.InRange(record.Charge.Units, 1, record.Held.Units);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("99999999999")]
    public async Task Units_FiguresThatAreNone_AreThoseOfTheRequest(string cost)
    {
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync("{}", headers: $"character-cost: {cost}\r\n");

        using var response = await gateway.PostAsync(
            """{"text":"Hello there"}""", target: "https://api.elevenlabs.io/v1/text-to-speech/v1");

        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal((UsageCertainty.Unknown, UsageReason.Malformed), (record.Usage.Certainty, record.Usage.Reason));
        Assert.Equal(11, record.Usage.InputCharacters);
        Assert.InRange(record.Charge.Units, 1, record.Held.Units);
    }

    [Fact]
    public async Task Stream_ThatNeverStopsAfterItsLastWord_IsBilledAndNotKeptInMemory()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        var end = new TaskCompletionSource();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]\n\n");
            while (!end.Task.IsCompleted)
            {
                await exchange.SendChunkAsync(":" + new string('x', 1000) + "\n\n");
            }

            await exchange.SendAsync("0\r\n\r\n");
        };

        using var client = await gateway.PostRawAsync(
            """{"model":"gpt-4o-mini","messages":[],"stream":true,"stream_options":{"include_usage":true}}""",
            headers: "Connection: close\r\n");

        Assert.True(await client.ReceiveUntilAsync("[DONE]"));
        Assert.Single(gateway.Books().Settles);
        end.SetResult();
        await client.ReceiveAllAsync();
        Assert.True((await Ledger.SettledAsync(gateway)).Charge > Money.Zero);
    }

    [Fact]
    public async Task Stream_LastWordWithoutItsLineAndNoEnd_ReachesTheClient()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        var end = new TaskCompletionSource();
        gateway.Upstream.Script = async exchange =>
        {
            await exchange.SendChunkedHeadAsync();
            await exchange.SendChunkAsync("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]");
            await end.Task;
        };

        using var client = await gateway.PostRawAsync(
            """{"model":"gpt-4o-mini","messages":[],"stream":true}""", headers: "Connection: close\r\n");

        Assert.Contains("data: [DONE]", await client.ReceiveAllAsync(), StringComparison.Ordinal);
        end.SetResult();
        await gateway.EndedAsync();
        Ledger.AssertBalanced(gateway);
    }

    [Fact]
    public async Task Speech_ClientGoneBeforeItsAnswer_PaysForItsText()
    {
        await using var gateway = await GatewayHarness.StartAsync(new() { Options = new() { DrainTimeout = TimeSpan.Zero } });
        var arrived = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        gateway.Upstream.Script = _ =>
        {
            arrived.SetResult();
            return end.Task;
        };
        using (var client = await gateway.PostRawAsync(
            """{"text":"Hello there"}""", target: "https://api.elevenlabs.io/v1/text-to-speech/v1"))
        {
            await arrived.Task.WaitAsync(GatewayHarness.Patience);
        }

        var record = await Ledger.SettledAsync(gateway);
        end.SetResult();
        Assert.Equal(("downstream_aborted", 11L), (record.ErrorCode, record.Usage.InputCharacters));
        Assert.True(record.Charge > Money.Zero);
    }
}
