using System.Text.Json;

namespace Lava.Tests.Server.Simulation;

public sealed class ChatCompletionsTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Turn =
        """
        "messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"one\ntwo\u0020three"}]}]
        """;

    [Fact]
    public async Task Post_WholeAnswer_CountsWordsOfTextPartsOnly()
    {
        var answer = await simulator.JsonAsync(SimulatorFixture.Chat, $$"""{"model":"gpt-4o+tokens=7",{{Turn}}}""");

        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("gpt-4o", answer.GetProperty("model").GetString());
        var choice = answer.GetProperty("choices")[0];
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(7, choice.GetProperty("message").GetProperty("content").GetString()!.Split(' ').Length);
        var usage = answer.GetProperty("usage");
        Assert.Equal(5, usage.GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(7, usage.GetProperty("completion_tokens").GetInt64());
        Assert.Equal(12, usage.GetProperty("total_tokens").GetInt64());
    }

    [Fact]
    public async Task Post_LimitBelowTokens_StopsAtTheLimit()
    {
        var answer = await simulator.JsonAsync(SimulatorFixture.Chat, $$"""{"model":"m+tokens=9","max_completion_tokens":4,{{Turn}}}""");

        var choice = answer.GetProperty("choices")[0];
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(4, choice.GetProperty("message").GetProperty("content").GetString()!.Split(' ').Length);
        Assert.Equal(4, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
    }

    [Fact]
    public async Task Post_AllTokenKinds_AreSubsetsOfTheTotals()
    {
        var answer = await simulator.JsonAsync(
            SimulatorFixture.Chat,
            $$"""{"model":"m+tokens=9+cached=100+write=20+write-1h=3+reasoning=50+audio-in=4+audio-out=6+image-in=8",{{Turn}}}""");

        var usage = answer.GetProperty("usage");
        Assert.Equal(5 + 100 + 20 + 3 + 4 + 8, usage.GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(9 + 50 + 6, usage.GetProperty("completion_tokens").GetInt64());
        var input = usage.GetProperty("prompt_tokens_details");
        Assert.Equal(100, input.GetProperty("cached_tokens").GetInt64());
        Assert.Equal(23, input.GetProperty("cache_write_tokens").GetInt64());
        Assert.Equal(4, input.GetProperty("audio_tokens").GetInt64());
        Assert.Equal(8, input.GetProperty("image_tokens").GetInt64());
        var output = usage.GetProperty("completion_tokens_details");
        Assert.Equal(50, output.GetProperty("reasoning_tokens").GetInt64());
        Assert.Equal(6, output.GetProperty("audio_tokens").GetInt64());
    }

    [Fact]
    public async Task Stream_UsageAskedFor_IsNullUntilTheLastChunk()
    {
        var events = await simulator.EventsAsync(
            SimulatorFixture.Chat, $$"""{"model":"m+tokens=5+chunk=2","stream":true,"stream_options":{"include_usage":true},{{Turn}}}""");

        // Role, three deltas, finish, usage, [DONE].
        Assert.Equal(7, events.Count);
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.All(events.Take(5), chunk => Assert.Equal(JsonValueKind.Null, chunk.Json.GetProperty("usage").ValueKind));
        var last = events[^2].Json;
        Assert.Empty(last.GetProperty("choices").EnumerateArray());
        Assert.Equal(5, last.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
    }

    [Fact]
    public async Task Stream_UsageNotAskedFor_NamesItNowhere()
    {
        var text = await simulator.TextAsync(SimulatorFixture.Chat, $$"""{"model":"m","stream":true,{{Turn}}}""");

        Assert.DoesNotContain("usage", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(700)]
    [InlineData(5000)]
    public async Task Stream_AnyChunkSize_HasEveryWordOnce(int chunk)
    {
        const int Tokens = 2500;
        var events = await simulator.EventsAsync(
            SimulatorFixture.Chat, $$"""{"model":"m+tokens={{Tokens}}+chunk={{chunk}}","stream":true,{{Turn}}}""");

        var deltas = events.SkipLast(1).Select(chunk => chunk.Json.GetProperty("choices")[0].GetProperty("delta")).ToList();
        Assert.Equal((Tokens + chunk - 1) / chunk, deltas.Count - 2);
        var text = string.Concat(deltas.Select(delta => delta.TryGetProperty("content", out var content) ? content.GetString() : ""));
        Assert.Equal(Tokens, text.Split(' ').Length);
        Assert.DoesNotContain("", text.Split(' '));
    }

    [Fact]
    public async Task Completions_WholeAndStream_CarryTheSameText()
    {
        const string Body = """{"model":"m+tokens=6","prompt":["a b","c"]}""";
        var whole = await simulator.JsonAsync("/v1/completions", Body);
        var events = await simulator.EventsAsync("/v1/completions", """{"model":"m+tokens=6","prompt":["a b","c"],"stream":true}""");

        Assert.Equal(3, whole.GetProperty("usage").GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(6, whole.GetProperty("choices")[0].GetProperty("text").GetString()!.Split(' ').Length);
        var text = string.Concat(events.SkipLast(1).Select(chunk => chunk.Json.GetProperty("choices")[0].GetProperty("text").GetString()));
        Assert.Equal(6, text.Split(' ').Length);
    }
}
