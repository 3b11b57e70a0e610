using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class RequestPeekTests
{
    [Fact]
    public void Peek_Chat_AllFacts()
    {
        var body = Encoding.UTF8.GetBytes(RequestBodies.Chat);
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(body, ApiFormat.OpenAiChat, out var facts));
        Assert.Equal("gpt-9", Encoding.UTF8.GetString(facts.GetModel(body, default)));
        Assert.True(facts.Stream);
        Assert.Equal(200, facts.MaxOutputTokens);
        Assert.Equal("100", Text(body, facts.MaxOutput));
        Assert.Equal("200", Text(body, facts.MaxOutputOther));
        Assert.Equal(2, facts.Choices);
        Assert.False(facts.HasIncludeUsage);
        Assert.Equal("""{"include_usage":false}""", Text(body, facts.StreamOptions));
        Assert.True(facts.RemoteContent);
        Assert.Equal(1, facts.BodyStart);
    }

    [Theory]
    [InlineData(ApiFormat.OpenAiResponses, RequestBodies.Responses, "gpt-9", 300, 1, false)]
    [InlineData(ApiFormat.AnthropicMessages, RequestBodies.Anthropic, "claude-9", 400, 1, true)]
    [InlineData(ApiFormat.Gemini, RequestBodies.Gemini, "", 500, 3, false)]
    public void Peek_OtherFormats_TheirSpelling(ApiFormat format, string json, string model, long max, int choices, bool stream)
    {
        var body = Encoding.UTF8.GetBytes(json);
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(body, format, out var facts));
        Assert.Equal(model, Text(body, facts.Model));
        Assert.Equal(max, facts.MaxOutputTokens);
        Assert.Equal(choices, facts.Choices);
        Assert.Equal(stream, facts.Stream);
        Assert.False(facts.RemoteContent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("{\"model\":\"m\"")]
    [InlineData("{\"model\":\"m\"}}")]
    [InlineData("{\"model\":\"m\"} x")]
    [InlineData("{\"model\":\"m\",}")]
    [InlineData("{,\"model\":\"m\"}")]
    [InlineData("{\"model\" \"m\"}")]
    [InlineData("{'model':'m'}")]
    [InlineData("{\"a\":[1,]}")]
    [InlineData("{\"a\":[1 2]}")]
    [InlineData("{\"a\":[1}}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":-}")]
    [InlineData("{\"a\":nul}")]
    [InlineData("{\"a\":truex}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"\\u12G4\"}")]
    [InlineData("{\"a\":\"line\nfeed\"}")]
    [InlineData("{\"a\":\"open}")]
    [InlineData("{\"a\":1}\0")]
    [InlineData("[1")]
    public void Peek_MalformedOrTruncated_NotJson(string body) => Assert.Equal(PeekOutcome.NotJson, Outcome(body));

    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"model\":\"m\"}]")]
    [InlineData("\"model\"")]
    [InlineData("12")]
    [InlineData("null")]
    public void Peek_AnotherValue_NotAnObject(string body) => Assert.Equal(PeekOutcome.NotAnObject, Outcome(body));

    [Fact]
    public void Peek_AtDepthLimit_OkAndOneMoreTooDeep()
    {
        Assert.Equal(PeekOutcome.Ok, Outcome(Nested(RequestPeek.DepthMax - 1)));
        Assert.Equal(PeekOutcome.TooDeep, Outcome(Nested(RequestPeek.DepthMax)));
        Assert.Equal(PeekOutcome.TooDeep, Outcome(Nested(1_000_000)));
    }

    [Fact]
    public void Peek_InvalidUtf8_Rejected()
    {
        byte[] body = [.. "{\"model\":\"m"u8, 0xC3, .. "\"}"u8];
        Assert.Equal(PeekOutcome.InvalidUtf8, RequestPeek.Peek(body, ApiFormat.OpenAiChat, out _));
    }

    [Theory]
    [InlineData("{\"model\":5}", RequestField.Model)]
    [InlineData("{\"model\":null}", RequestField.Model)]
    [InlineData("{\"model\":\"\"}", RequestField.Model)]
    [InlineData("{\"model\":[\"m\"]}", RequestField.Model)]
    [InlineData("{\"model\":{}}", RequestField.Model)]
    [InlineData("{\"stream\":\"true\"}", RequestField.Stream)]
    [InlineData("{\"stream\":1}", RequestField.Stream)]
    [InlineData("{\"max_tokens\":-1}", RequestField.MaxTokens)]
    [InlineData("{\"max_tokens\":1.5}", RequestField.MaxTokens)]
    [InlineData("{\"max_tokens\":1e3}", RequestField.MaxTokens)]
    [InlineData("{\"max_tokens\":true}", RequestField.MaxTokens)]
    [InlineData("{\"max_tokens\":\"5\"}", RequestField.MaxTokens)]
    [InlineData("{\"max_completion_tokens\":99999999999999999999}", RequestField.MaxCompletionTokens)]
    [InlineData("{\"max_completion_tokens\":1000000001}", RequestField.MaxCompletionTokens)]
    [InlineData("{\"n\":0}", RequestField.N)]
    [InlineData("{\"n\":129}", RequestField.N)]
    [InlineData("{\"best_of\":-1}", RequestField.BestOf)]
    [InlineData("{\"metadata\":\"x\"}", RequestField.Metadata)]
    [InlineData("{\"metadata\":[]}", RequestField.Metadata)]
    [InlineData("{\"stream_options\":true}", RequestField.StreamOptions)]
    [InlineData("{\"stream_options\":{\"include_usage\":\"yes\"}}", RequestField.IncludeUsage)]
    [InlineData("{\"service_tier\":1}", RequestField.ServiceTier)]
    [InlineData("{\"service_tier\":{}}", RequestField.ServiceTier)]
    [InlineData("{\"tools\":[],\"tools\":[{\"type\":\"web_search\"}]}", RequestField.Tools)]
    [InlineData("{\"model\":\"cheap\",\"model\":\"dear\"}", RequestField.Model)]
    [InlineData("{\"model\":\"cheap\",\"mod\\u0065l\":\"dear\"}", RequestField.Model)]
    [InlineData("{\"max_tokens\":1,\"max_tokens\":100000}", RequestField.MaxTokens)]
    [InlineData("{\"stream_options\":null,\"stream_options\":{\"include_usage\":true}}", RequestField.StreamOptions)]
    public void Peek_FieldOfWrongType_NamesIt(string body, RequestField field)
    {
        Assert.Equal(PeekOutcome.WrongType, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), ApiFormat.OpenAiChat, out var facts));
        Assert.Equal(field, facts.Field);
        Assert.NotEqual("", RequestFields.Name(field));
    }

    [Fact]
    public void Peek_EscapedKeyAndModel_Unescaped()
    {
        var body = Encoding.UTF8.GetBytes("""{"mod\u0065l":"meta\/ll\u0061ma \u00e9","str\u0065am":true,"max\u005ftokens":7}""");
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(body, ApiFormat.OpenAiChat, out var facts));
        Assert.Equal("meta/llama é", Encoding.UTF8.GetString(facts.GetModel(body, new byte[RequestPeek.ModelBytesMax])));
        Assert.True(facts.Stream);
        Assert.Equal(7, facts.MaxOutputTokens);
    }

    [Fact]
    public void Peek_NullsInPlaceOfValues_Absent()
    {
        const string body = """{"model":"m","stream":null,"max_tokens":null,"n":null,"stream_options":null,"metadata":null}""";
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), ApiFormat.OpenAiChat, out var facts));
        Assert.False(facts.Stream);
        Assert.Null(facts.MaxOutputTokens);
        Assert.Equal(1, facts.Choices);
        Assert.True(facts.StreamOptions.IsPresent);
    }

    [Theory]
    [InlineData("""{"messages":[{"content":[{"type":"image_url","image_url":{"url":"https://a/b.png"}}]}]}""", true)]
    [InlineData("""{"input":[{"content":[{"type":"input_image","image_url":"https://a/b.png"}]}]}""", true)]
    [InlineData("""{"input":[{"content":[{"type":"input_file","file_id":"file-1"}]}]}""", true)]
    [InlineData("""{"input":[{"content":[{"type":"input_file","file_url":"https://a"}]}]}""", true)]
    [InlineData("""{"previous_response_id":"resp_1"}""", true)]
    [InlineData("""{"previous_response_id":null}""", false)]
    [InlineData("""{"conversation":{"id":"c"}}""", true)]
    [InlineData("""{"cachedContent":"cachedContents/1"}""", true)]
    [InlineData("""{"contents":[{"parts":[{"fileData":{"fileUri":"gs://a/b"}}]}]}""", true)]
    [InlineData("""{"messages":[{"content":[{"type":"image","source":{"type":"url","url":"http://a"}}]}]}""", true)]
    [InlineData("""{"messages":[{"content":[{"type":"document","source":{"type":"file","file_id":"f"}}]}]}""", true)]
    [InlineData("""{"tools":[{"type":"web_search_20250305","name":"web_search"}]}""", true)]
    [InlineData("""{"tools":[{"google_search":{}}]}""", true)]
    [InlineData("""{"messages":[{"content":"see https://a/b.png, file_id"}]}""", false)]
    [InlineData("""{"messages":[{"content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}""", true)]
    public void Peek_ReferenceToElsewhere_RemoteContent(string body, bool expected)
    {
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), ApiFormat.None, out var facts));
        Assert.Equal(expected, facts.RemoteContent);
    }

    [Theory]
    [InlineData(ApiFormat.OpenAiChat, """{"service_tier":"auto"}""", ServiceTier.Priority)]
    [InlineData(ApiFormat.OpenAiChat, """{"service_tier":"default"}""", ServiceTier.Standard)]
    [InlineData(ApiFormat.OpenAiChat, """{"service_tier":"turbo-9"}""", ServiceTier.Priority)]
    [InlineData(ApiFormat.OpenAiChat, """{"service_tier":null}""", null)]
    [InlineData(ApiFormat.OpenAiChat, """{"messages":[{"service_tier":"flex"}]}""", null)]
    [InlineData(ApiFormat.OpenAiResponses, """{"service_tier":"flex"}""", ServiceTier.Flex)]
    [InlineData(ApiFormat.AnthropicMessages, """{"service_tier":"standard_only"}""", ServiceTier.Standard)]
    [InlineData(ApiFormat.AnthropicMessages, """{"speed":"fast","service_tier":"auto"}""", ServiceTier.Fast)]
    [InlineData(ApiFormat.AnthropicMessages, """{"service_tier":"auto","speed":"fast"}""", ServiceTier.Fast)]
    [InlineData(ApiFormat.AnthropicMessages, """{"speed":"standard"}""", null)]
    [InlineData(ApiFormat.Gemini, """{"serviceTier":"priority"}""", ServiceTier.Priority)]
    public void Peek_Tier_AsAsked(ApiFormat format, string body, ServiceTier? tier)
    {
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), format, out var facts));
        Assert.Equal(tier, facts.ServiceTier);
    }

    [Theory]
    [InlineData("""{"prompt":"one"}""", 1)]
    [InlineData("""{"prompt":["one","two","three"]}""", 3)]
    [InlineData("""{"n":2,"prompt":["one","two","three"],"best_of":4}""", 12)]
    [InlineData("""{"prompt":[1,2,3]}""", 1)]
    [InlineData("""{"prompt":[[1,2],[3]],"n":3}""", 6)]
    [InlineData("""{"prompt":[],"n":3}""", 3)]
    [InlineData("""{"messages":[{"prompt":["one","two"]}]}""", 1)]
    public void Peek_Prompts_EachHasItsAnswers(string body, int choices)
    {
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), ApiFormat.OpenAiChat, out var facts));
        Assert.Equal(choices, facts.Choices);
    }

    [Fact]
    public void Peek_MorePromptsThanTheLimit_Rejected()
    {
        var prompts = string.Join(',', Enumerable.Repeat("\"a\"", RequestPeek.PromptsMax + 1));
        var body = Encoding.UTF8.GetBytes($$"""{"prompt":[{{prompts}}]}""");
        Assert.Equal(PeekOutcome.WrongType, RequestPeek.Peek(body, ApiFormat.OpenAiChat, out var facts));
        Assert.Equal(RequestField.Prompt, facts.Field);
    }

    [Theory]
    [InlineData(ApiFormat.AnthropicMessages, """{"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":5}]}""", 5)]
    [InlineData(ApiFormat.AnthropicMessages, """{"tools":[{"max_uses":5,"type":"web_search_20250305"},{"type":"web_search_x"}]}""", 37)]
    [InlineData(ApiFormat.AnthropicMessages, """{"tools":[{"name":"f","max_uses":5,"input_schema":{"type":"object"}}]}""", 0)]
    [InlineData(ApiFormat.AnthropicMessages, """{"messages":[{"content":[{"type":"web_search_tool_result"}]}]}""", 0)]
    [InlineData(ApiFormat.AnthropicMessages, """{"tools":[{"type":"web_search_1","max_uses":99999999999999999999}]}""", 32)]
    [InlineData(ApiFormat.OpenAiResponses, """{"tools":[{"type":"web_search"}]}""", 32)]
    [InlineData(ApiFormat.OpenAiResponses, """{"tools":[{"type":"web_search_preview"}],"max_tool_calls":3}""", 3)]
    [InlineData(ApiFormat.OpenAiResponses, """{"max_tool_calls":3,"tools":[{"type":"function"}]}""", 0)]
    [InlineData(ApiFormat.OpenAiChat, """{"web_search_options":{}}""", 1)]
    [InlineData(ApiFormat.OpenAiChat, """{"model":"gpt-9-search-preview"}""", 1)]
    [InlineData(ApiFormat.OpenAiChat, """{"model":"sonar-deep-research"}""", 32)]
    [InlineData(ApiFormat.OpenAiChat, """{"search_parameters":{"mode":"on"}}""", 32)]
    [InlineData(ApiFormat.OpenAiChat, """{"tools":[{"type":"openrouter:web_search"}]}""", 32)]
    [InlineData(ApiFormat.Gemini, """{"tools":[{"google_search":{}}]}""", 32)]
    [InlineData(ApiFormat.Gemini, """{"tools":{"googleSearch":{}}}""", 32)]
    [InlineData(ApiFormat.Gemini, """{"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"web_search"}}]}]}""", 0)]
    public void Peek_WebSearches_AtMost(ApiFormat format, string body, int searches)
    {
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), format, out var facts));
        Assert.Equal(searches, facts.WebSearches);
    }

    [Fact]
    public void Peek_TruncatedEverywhere_NeverOk()
    {
        foreach (var (format, body) in RequestBodies.All)
        {
            for (var length = 0; length < body.Length; length++)
            {
                Assert.NotEqual(PeekOutcome.Ok, RequestPeek.Peek(body.AsSpan(0, length), format, out _));
            }
        }
    }

    [Fact]
    public void Peek_AnyBody_AllocatesNothing()
    {
        var body = Encoding.UTF8.GetBytes(RequestBodies.Chat);
        Assert.Equal(0, Allocations.Least(() => RequestPeek.Peek(body, ApiFormat.OpenAiChat, out _)));
    }

    private static string Nested(int depth) => "{\"a\":" + new string('[', depth) + new string(']', depth) + "}";

    private static PeekOutcome Outcome(string body) => RequestPeek.Peek(Encoding.UTF8.GetBytes(body), ApiFormat.OpenAiChat, out _);

    private static string Text(byte[] body, ByteRange range) => Encoding.UTF8.GetString(range.Of(body));
}
