using System.Text.Json;

namespace Lava.Tests.Server.Simulation;

public sealed class GenerateContentTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Body =
        """{"contents":[{"role":"user","parts":[{"text":"one two three"}]}],"systemInstruction":{"parts":[{"text":"be brief"}]}}""";

    [Fact]
    public async Task Post_WholeAnswer_KeepsThoughtsAndToolsApart()
    {
        var path = SimulatorFixture.Gemini + "+tokens=4+reasoning=9+cached=30+tool=11+audio-in=2+image-out=6+searches=1:generateContent";
        var answer = await simulator.JsonAsync(path, Body);

        Assert.Equal("gemini-2.5-flash", answer.GetProperty("modelVersion").GetString());
        var candidate = answer.GetProperty("candidates")[0];
        Assert.Equal("STOP", candidate.GetProperty("finishReason").GetString());
        Assert.Single(candidate.GetProperty("groundingMetadata").GetProperty("webSearchQueries").EnumerateArray());
        var usage = answer.GetProperty("usageMetadata");
        Assert.Equal(5 + 30 + 2, usage.GetProperty("promptTokenCount").GetInt64());
        Assert.Equal(30, usage.GetProperty("cachedContentTokenCount").GetInt64());
        Assert.Equal(11, usage.GetProperty("toolUsePromptTokenCount").GetInt64());
        Assert.Equal(4 + 6, usage.GetProperty("candidatesTokenCount").GetInt64());
        Assert.Equal(9, usage.GetProperty("thoughtsTokenCount").GetInt64());
        Assert.Equal(37 + 11 + 10 + 9, usage.GetProperty("totalTokenCount").GetInt64());
    }

    [Fact]
    public async Task Stream_Events_AreCrlfFramedAndAllCarryUsage()
    {
        var path = SimulatorFixture.Gemini + "+tokens=4+chunk=2:streamGenerateContent?alt=sse";
        var text = await simulator.TextAsync(path, Body);

        Assert.Equal(text.Split('\n').Length, text.Split("\r\n").Length);
        var events = ServerSentEvent.Parse(text);
        var outputs = events.Select(e => e.Json.GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt64());
        Assert.Equal([2, 4, 4], outputs);
        Assert.Equal("STOP", events[^1].Json.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 4)]
    public async Task Stream_WithoutAlt_IsOneJsonArray(int tokens, int elements)
    {
        var path = $"{SimulatorFixture.Gemini}+tokens={tokens}+chunk=2:streamGenerateContent";
        using var response = await simulator.SendAsync(path, Body);

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var array = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(elements, array.GetArrayLength());
        Assert.Equal(5, array[elements - 1].GetProperty("usageMetadata").GetProperty("promptTokenCount").GetInt64());
    }

    [Fact]
    public async Task Post_MaxOutputTokens_EndsTheAnswer()
    {
        const string Limited = """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":2}}""";
        var answer = await simulator.JsonAsync(SimulatorFixture.Gemini + ":generateContent", Limited);

        Assert.Equal("MAX_TOKENS", answer.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.Equal(2, answer.GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt64());
    }

    [Fact]
    public async Task CountTokens_SameRule_AsTheAnswer()
    {
        var answer = await simulator.JsonAsync(SimulatorFixture.Gemini + ":countTokens", Body);

        Assert.Equal(5, answer.GetProperty("totalTokens").GetInt64());
    }

    [Fact]
    public async Task Stream_Refused_IsAnArrayWithTheError()
    {
        var array = await simulator.JsonAsync(SimulatorFixture.Gemini + "+error=429:streamGenerateContent", Body);

        Assert.Equal("RESOURCE_EXHAUSTED", array[0].GetProperty("error").GetProperty("status").GetString());
    }
}
