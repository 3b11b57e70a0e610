using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>What the client gets is, byte for byte, what the provider sent.</summary>
[Collection(LavaCollection.Name)]
public sealed class BytesTests(LavaFixture lava)
{
    private const string OpenAi = "https://api.openai.com/v1/chat/completions";
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash";

    private static readonly object[] Messages = [new { role = "user", content = "What does the gateway change? Nothing." }];

    /// <summary>Target, body, simulator knobs.</summary>
    public static TheoryData<string, string, string[]> Calls
    {
        get
        {
            var chat = Json(new { model = "gpt-4o-mini", max_tokens = 40, messages = Messages });
            var usage = new { include_usage = true };
            var stream = Json(new { model = "gpt-4o-mini", max_tokens = 40, stream = true, stream_options = usage, messages = Messages });
            var message = Json(new { model = "claude-sonnet-4-5", max_tokens = 40, messages = Messages });
            var messages = Json(new { model = "claude-sonnet-4-5", max_tokens = 40, stream = true, messages = Messages });
            var contents = new[] { new { role = "user", parts = new[] { new { text = "Hello." } } } };
            var gemini = Json(new { contents, generationConfig = new { maxOutputTokens = 40 } });
            var responses = Json(new { model = "gpt-4o-mini", input = "Hello.", stream = true, max_output_tokens = 20 });
            return new TheoryData<string, string, string[]>
            {
                { OpenAi, chat, [] },
                { OpenAi, chat, ["x-sim-fault=chunked"] },
                { OpenAi, chat, ["x-sim-fault=gzip"] },
                { OpenAi, chat, ["x-sim-error=429"] },
                { OpenAi, chat, ["x-sim-error=500"] },
                { OpenAi, stream, [] },
                { OpenAi, stream, ["x-sim-chunk-bytes=7"] },
                { OpenAi, stream, ["x-sim-fault=gzip"] },
                { OpenAi, stream, ["x-sim-fault=error-event"] },
                { "https://api.openai.com/v1/responses", responses, [] },
                { Anthropic, message, [] },
                { Anthropic, messages, [] },
                { Anthropic, messages, ["x-sim-chunk-bytes=5"] },
                { Gemini + ":generateContent", gemini, [] },
                { Gemini + ":streamGenerateContent?alt=sse", gemini, [] },
                { Gemini + ":streamGenerateContent", gemini, ["x-sim-chunk-bytes=11"] },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Forward_AnyAnswer_IsByteIdenticalToTheProviders(string target, string body, string[] knobs)
    {
        var direct = await DirectAsync(target, body, knobs);
        using var response = await lava.Client.ForwardAsync(target, lava.Client.Token(null, null), body, Headers(knobs));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(direct.Status, response.StatusCode);
        Assert.Equal(direct.Type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(Convert.ToHexString(SHA256.HashData(direct.Body)), Convert.ToHexString(SHA256.HashData(bytes)));
        Assert.True(response.Headers.Contains("x-lava-request-id"));
    }

    [Fact]
    public async Task Forward_StreamWithoutUsage_LooksAsIfNobodyHadAskedForIt()
    {
        var body = Json(new { model = "gpt-4o-mini", max_tokens = 60, stream = true, messages = Messages });
        foreach (var pieces in new[] { "x-sim-chunk-bytes=0", "x-sim-chunk-bytes=3", "x-sim-chunk-tokens=7" })
        {
            string[] knobs = ["x-sim-tokens=60", pieces];
            var direct = await DirectAsync(OpenAi, body, knobs);
            using var response = await lava.Client.ForwardAsync(OpenAi, lava.Client.Token(null, null), body, Headers(knobs));
            Assert.Equal(Encoding.UTF8.GetString(direct.Body), await response.Content.ReadAsStringAsync());
            var record = await lava.Client.GetAsync($"/v1/requests/{response.Headers.GetValues("x-lava-request-id").Single()}");
            Assert.Equal("exact", (string)record["usage_certainty"]!);
            Assert.Equal(60, (int)record["model_usage"]!["output_tokens"]!);
        }
    }

    [Fact]
    public async Task Forward_Stream_ArrivesChunkByChunk()
    {
        // The simulator stops for good after some events: what came before must be here without its end ever coming.
        var body = Json(new { model = "gpt-4o-mini", max_tokens = 60, stream = true, messages = Messages });
        using var response = await lava.Client.ForwardAsync(OpenAi, lava.Client.Token(null, null), body, ("x-sim-fault", "stall"));
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("data: {", line, StringComparison.Ordinal);
    }

    private static string Json(object value) => JsonSerializer.Serialize(value);

    private static (string Name, string Value)[] Headers(string[] knobs) =>
        [.. knobs.Select(knob => knob.Split('=')).Select(pair => (pair[0], pair[1]))];

    private async Task<(HttpStatusCode Status, string? Type, byte[] Body)> DirectAsync(string target, string body, string[] knobs)
    {
        using var http = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Post, lava.Simulator + new Uri(target).PathAndQuery)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sk-direct");
        request.Headers.TryAddWithoutValidation("x-api-key", "sk-direct");
        request.Headers.TryAddWithoutValidation("x-goog-api-key", "sk-direct");
        foreach (var (name, value) in Headers(knobs))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsByteArrayAsync());
    }
}
