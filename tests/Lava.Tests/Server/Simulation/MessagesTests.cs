namespace Lava.Tests.Server.Simulation;

public sealed class MessagesTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Turn =
        """ "max_tokens":100,"system":[{"type":"text","text":"be brief"}],"messages":[{"role":"user","content":"one two three"}] """;

    [Fact]
    public async Task Post_WholeAnswer_InputLeavesOutTheCache()
    {
        var answer = await simulator.JsonAsync(
            SimulatorFixture.Messages,
            $$"""{"model":"claude-sonnet-4-5+tokens=4+reasoning=6+cached=30+write=20+write-1h=10+searches=2",{{Turn}}}""");

        Assert.Equal("claude-sonnet-4-5", answer.GetProperty("model").GetString());
        Assert.Equal("end_turn", answer.GetProperty("stop_reason").GetString());
        var blocks = answer.GetProperty("content").EnumerateArray().Select(block => block.GetProperty("type").GetString());
        Assert.Equal(["thinking", "text"], blocks);
        var usage = answer.GetProperty("usage");
        Assert.Equal(5, usage.GetProperty("input_tokens").GetInt64());
        Assert.Equal(30, usage.GetProperty("cache_read_input_tokens").GetInt64());
        Assert.Equal(30, usage.GetProperty("cache_creation_input_tokens").GetInt64());
        Assert.Equal(20, usage.GetProperty("cache_creation").GetProperty("ephemeral_5m_input_tokens").GetInt64());
        Assert.Equal(10, usage.GetProperty("cache_creation").GetProperty("ephemeral_1h_input_tokens").GetInt64());
        Assert.Equal(10, usage.GetProperty("output_tokens").GetInt64());
        Assert.Equal(6, usage.GetProperty("output_tokens_details").GetProperty("thinking_tokens").GetInt64());
        Assert.Equal(2, usage.GetProperty("server_tool_use").GetProperty("web_search_requests").GetInt64());
    }

    [Fact]
    public async Task Stream_Events_ComeInOrderWithCumulativeUsage()
    {
        var events = await simulator.EventsAsync(
            SimulatorFixture.Messages, $$"""{"model":"claude+tokens=3+chunk=2","stream":true,{{Turn}}}""");

        Assert.Equal(
            [
                "message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ],
            events.Select(e => e.Name));
        Assert.All(events, e => Assert.Equal(e.Name, e.Json.GetProperty("type").GetString()));
        Assert.Equal(5, events[0].Json.GetProperty("message").GetProperty("usage").GetProperty("input_tokens").GetInt64());
        var usage = events[^2].Json.GetProperty("usage");
        Assert.Equal(5, usage.GetProperty("input_tokens").GetInt64());
        Assert.Equal(3, usage.GetProperty("output_tokens").GetInt64());
    }

    [Fact]
    public async Task Stream_Thinking_IsABlockOfItsOwn()
    {
        var events = await simulator.EventsAsync(
            SimulatorFixture.Messages, $$"""{"model":"claude+tokens=1+reasoning=9","stream":true,{{Turn}}}""");

        var starts = events.Where(e => e.Name == "content_block_start").Select(e => e.Json).ToList();
        Assert.Equal([0, 1], starts.Select(e => e.GetProperty("index").GetInt32()));
        Assert.Equal(["thinking", "text"], starts.Select(e => e.GetProperty("content_block").GetProperty("type").GetString()));
        Assert.Equal([0, 1], events.Where(e => e.Name == "content_block_stop").Select(e => e.Json.GetProperty("index").GetInt32()));
    }

    [Fact]
    public async Task CountTokens_SameRule_AsTheMessage()
    {
        var answer = await simulator.JsonAsync(
            "/v1/messages/count_tokens", """{"model":"claude","messages":[{"role":"user","content":"a b c"}]}""");

        Assert.Equal(3, answer.GetProperty("input_tokens").GetInt64());
    }
}
