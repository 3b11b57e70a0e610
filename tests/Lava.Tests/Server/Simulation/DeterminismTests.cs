using System.Net;
using System.Text;
using Lava.Server.Simulation;
using Lava.Server.Simulation.Requests;

namespace Lava.Tests.Server.Simulation;

public sealed class DeterminismTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData(SimulatorFixture.Chat, """{"model":"m","messages":[]}""")]
    [InlineData(SimulatorFixture.Chat, """{"model":"m","messages":[],"stream":true}""")]
    [InlineData(SimulatorFixture.Responses, """{"model":"m","input":"a","stream":true}""")]
    [InlineData(SimulatorFixture.Messages, """{"model":"m","max_tokens":9,"messages":[],"stream":true}""")]
    [InlineData(SimulatorFixture.Gemini + ":streamGenerateContent", """{"contents":[]}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":["a","b"]}""")]
    public async Task Post_SameRequestToTwoSimulators_SameBytes(string path, string body)
    {
        var other = new SimulatorFixture();
        await other.InitializeAsync();
        try
        {
            Assert.Equal(await simulator.TextAsync(path, body), await other.TextAsync(path, body));
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Fact]
    public async Task Post_OtherRequest_OtherId()
    {
        var first = await simulator.JsonAsync(SimulatorFixture.Chat, """{"model":"m","messages":[{"content":"a"}]}""");
        var second = await simulator.JsonAsync(SimulatorFixture.Chat, """{"model":"m","messages":[{"content":"b"}]}""");

        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("7")]
    [InlineData("1000")]
    public async Task Post_SplitAnywhere_SameBytes(string bytes)
    {
        const string Body = """{"model":"m+tokens=200","messages":[],"stream":true}""";

        var split = await simulator.TextAsync(SimulatorFixture.Chat, Body, ("x-sim-chunk-bytes", bytes));
        Assert.Equal(await simulator.TextAsync(SimulatorFixture.Chat, Body), split);
    }

    [Fact]
    public async Task Post_HeaderAndPart_HeaderWins()
    {
        var answer = await simulator.JsonAsync(SimulatorFixture.Chat, """{"model":"m+tokens=5","messages":[]}""", ("X-Sim-Tokens", "6"));

        Assert.Equal(6, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
    }

    [Fact]
    public async Task OnRequest_AnyRequest_SeesWhatArrived()
    {
        const string Body = """{"model":"m","messages":[{"content":"größe"}]}""";
        await simulator.TextAsync(SimulatorFixture.Chat + "?a=%2F", Body, ("x-test", "seen"), ("x-other", "1"));

        var seen = simulator.Seen["seen"];
        Assert.Equal("POST", seen.Method);
        Assert.Equal("/v1/chat/completions?a=%2F", seen.PathAndQuery);
        Assert.Equal("HTTP/1.1", seen.Protocol);
        Assert.Equal("1", seen.Headers["X-Other"]);
        Assert.Equal(Body, Encoding.UTF8.GetString(seen.Body.Span));
    }

    [Fact]
    public async Task Post_LargeBody_IsReadWhole()
    {
        var words = string.Concat(Enumerable.Repeat("word ", 1_000_000));
        var answer = await simulator.JsonAsync(SimulatorFixture.Chat, $$"""{"model":"m","messages":[{"content":"{{words}}"}]}""");

        Assert.Equal(1_000_000, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt64());
    }

    [Fact]
    public async Task Post_Http2_IsAnswered()
    {
        await using var server = ProviderSimulator.Build(new SimulatorOptions { Urls = ["http://127.0.0.1:0"], Http2 = true });
        await server.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Urls.First() + SimulatorFixture.Chat)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("""{"model":"m","messages":[]}"""),
            Headers = { { "Authorization", "Bearer any" } },
        };
        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("  \n\t ", 0)]
    [InlineData("one", 1)]
    [InlineData(" one\r\ntwo  three ", 3)]
    [InlineData("größe 日本 語", 3)]
    public void WordCount_Text_CountsRunsBetweenWhiteSpace(string text, int words)
    {
        Assert.Equal(words, WordCount.Of(Encoding.UTF8.GetBytes(text)));
    }
}
