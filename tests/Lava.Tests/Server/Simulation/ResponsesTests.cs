using System.Text.Json;

namespace Lava.Tests.Server.Simulation;

public sealed class ResponsesTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData(""" "input":"one two three","instructions":"be brief" """)]
    [InlineData(""" "input":[{"role":"user","content":[{"type":"input_text","text":"one two three be brief"}]}] """)]
    public async Task Post_WholeAnswer_HasItemsAndUsage(string input)
    {
        var answer = await simulator.JsonAsync(
            SimulatorFixture.Responses, $$"""{"model":"gpt-5+tokens=4+reasoning=10+cached=7+searches=2",{{input}}}""");

        Assert.Equal("completed", answer.GetProperty("status").GetString());
        var items = answer.GetProperty("output").EnumerateArray().Select(item => item.GetProperty("type").GetString());
        Assert.Equal(["reasoning", "web_search_call", "web_search_call", "message"], items);
        var usage = answer.GetProperty("usage");
        Assert.Equal(12, usage.GetProperty("input_tokens").GetInt64());
        Assert.Equal(7, usage.GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt64());
        Assert.Equal(14, usage.GetProperty("output_tokens").GetInt64());
        Assert.Equal(10, usage.GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt64());
    }

    [Fact]
    public async Task Stream_Events_AreNumberedAndEndWithUsage()
    {
        var events = await simulator.EventsAsync(
            SimulatorFixture.Responses, """{"model":"gpt-5+tokens=3","input":"one two","stream":true}""");

        Assert.Equal("response.created", events[0].Name);
        Assert.Equal(JsonValueKind.Null, events[0].Json.GetProperty("response").GetProperty("usage").ValueKind);
        Assert.All(events, e => Assert.Equal(e.Name, e.Json.GetProperty("type").GetString()));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => e.Json.GetProperty("sequence_number").GetInt32()));
        Assert.Equal("response.completed", events[^1].Name);
        var response = events[^1].Json.GetProperty("response");
        Assert.Equal(3, response.GetProperty("usage").GetProperty("output_tokens").GetInt64());
        var deltas = events.Where(e => e.Name == "response.output_text.delta");
        var text = string.Concat(deltas.Select(e => e.Json.GetProperty("delta").GetString()));
        Assert.Equal(text, response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Stream_LimitUsedUpByReasoning_EndsIncomplete()
    {
        var events = await simulator.EventsAsync(
            SimulatorFixture.Responses, """{"model":"gpt-5+reasoning=100","input":"one","max_output_tokens":64,"stream":true}""");

        Assert.Equal("response.incomplete", events[^1].Name);
        var usage = events[^1].Json.GetProperty("response").GetProperty("usage");
        Assert.Equal(64, usage.GetProperty("output_tokens").GetInt64());
        Assert.Equal(64, usage.GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt64());
    }
}
