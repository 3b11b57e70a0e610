using System.Buffers;
using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class RequestEditorTests
{
    [Fact]
    public void Write_LegacyCompletions_SetsTheOnlyFieldThatTheyKnow()
    {
        var body = """{"model":"m","prompt":"x"}"""u8;
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(body, ApiFormat.OpenAiChat, out var facts));
        var edited = new byte[body.Length + RequestEditor.GrowthMax];
        var edit = new RequestEdit(IncludeUsage: false, MaxOutputTokens: 9, LegacyCompletions: true);
        var length = RequestEditor.Write(body, ApiFormat.OpenAiChat, facts, edit, edited);
        Assert.Equal("""{"max_tokens":9,"model":"m","prompt":"x"}""", System.Text.Encoding.UTF8.GetString(edited, 0, length));
    }

    [Theory]
    [InlineData("""{"model":"acme/m","x":"acme/m"}""", 5, """{"model":"m","x":"acme/m"}""")]
    [InlineData(""" { "x":1, "model" :  "acme/b/m" } """, 5, """ { "x":1, "model" :  "b/m" } """)]
    [InlineData("""{"model":"acme/m"}""", 0, """{"model":"acme/m"}""")]
    public void Write_ModelPrefix_CutsItOutAlone(string body, int prefix, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(bytes, ApiFormat.OpenAiChat, out var facts));
        facts = facts.WithoutModelPrefix(prefix);
        var edit = new RequestEdit(false, null, ModelPrefix: prefix);
        var edited = new byte[RequestEditor.GetLength(bytes, ApiFormat.OpenAiChat, facts, edit)];
        Assert.Equal(edited.Length, RequestEditor.Write(bytes, ApiFormat.OpenAiChat, facts, edit, edited));
        Assert.Equal(expected, Encoding.UTF8.GetString(edited));
        Assert.True(facts.GetModel(bytes, []).EndsWith("m"u8));
    }

    [Fact]
    public void Write_AllEditsAtOnce_StandSideBySide()
    {
        var body = """{"max_tokens":5,"stream_options":null,"model":"acme/m","max_completion_tokens":6}"""u8;
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(body, ApiFormat.OpenAiChat, out var facts));
        facts = facts.WithoutModelPrefix(5);
        var edited = new byte[body.Length + RequestEditor.GrowthMax];
        var length = RequestEditor.Write(body, ApiFormat.OpenAiChat, facts, new RequestEdit(true, 9, ModelPrefix: 5), edited);
        Assert.Equal(
            """{"max_tokens":9,"stream_options":{"include_usage":true},"model":"m","max_completion_tokens":9}""",
            Encoding.UTF8.GetString(edited, 0, length));
    }

    [Theory]
    [InlineData("""{"model":"m"}""", """{"stream_options":{"include_usage":true},"model":"m"}""")]
    [InlineData("""{"model":"m","stream_options":null}""", """{"model":"m","stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"m","stream_options": { } }""", """{"model":"m","stream_options": {"include_usage":true } }""")]
    [InlineData("""{"stream_options":{"x":1},"model":"m"}""", """{"stream_options":{"include_usage":true,"x":1},"model":"m"}""")]
    [InlineData(
        """{"stream_options":{"include_usage" : false},"model":"m"}""",
        """{"stream_options":{"include_usage" : true},"model":"m"}""")]
    [InlineData("""{"stream_options":{"include_usage":null}}""", """{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{"include_usage":true}}""", """{"stream_options":{"include_usage":true}}""")]
    [InlineData(" { } ", """ {"stream_options":{"include_usage":true} } """)]
    public void Write_IncludeUsage_SetsOnlyThat(string body, string expected) =>
        Assert.Equal(expected, Edit(body, ApiFormat.OpenAiChat, new RequestEdit(true, null)));

    [Theory]
    [InlineData(ApiFormat.OpenAiChat, """{"model":"m"}""", """{"max_completion_tokens":9,"model":"m"}""")]
    [InlineData(ApiFormat.OpenAiChat, """{"max_tokens":1000,"model":"m"}""", """{"max_tokens":9,"model":"m"}""")]
    [InlineData(
        ApiFormat.OpenAiChat,
        """{"max_tokens":1,"max_completion_tokens":null}""",
        """{"max_tokens":9,"max_completion_tokens":9}""")]
    [InlineData(ApiFormat.OpenAiResponses, """{"model":"m"}""", """{"max_output_tokens":9,"model":"m"}""")]
    [InlineData(ApiFormat.AnthropicMessages, """{"model":"m","max_tokens": 7 }""", """{"model":"m","max_tokens": 9 }""")]
    [InlineData(ApiFormat.AnthropicMessages, """{"model":"m"}""", """{"max_tokens":9,"model":"m"}""")]
    [InlineData(ApiFormat.Gemini, """{"contents":[]}""", """{"generationConfig":{"maxOutputTokens":9},"contents":[]}""")]
    [InlineData(ApiFormat.Gemini, """{"generationConfig":{"topK":1}}""", """{"generationConfig":{"maxOutputTokens":9,"topK":1}}""")]
    [InlineData(ApiFormat.Gemini, """{"generationConfig":{}}""", """{"generationConfig":{"maxOutputTokens":9}}""")]
    [InlineData(ApiFormat.Gemini, """{"generationConfig":null}""", """{"generationConfig":{"maxOutputTokens":9}}""")]
    [InlineData(ApiFormat.Gemini, """{"generationConfig":{"maxOutputTokens":1}}""", """{"generationConfig":{"maxOutputTokens":9}}""")]
    [InlineData(ApiFormat.Gemini, "{}", """{"generationConfig":{"maxOutputTokens":9}}""")]
    public void Write_MaxOutputTokens_ReplacesOrInserts(ApiFormat format, string body, string expected) =>
        Assert.Equal(expected, Edit(body, format, new RequestEdit(false, 9)));

    [Theory]
    [InlineData("{}", """{"stream_options":{"include_usage":true},"max_completion_tokens":9}""")]
    [InlineData("""{"model":"m"}""", """{"stream_options":{"include_usage":true},"max_completion_tokens":9,"model":"m"}""")]
    [InlineData("""{"max_tokens":5,"stream_options":null}""", """{"max_tokens":9,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":null,"max_tokens":5}""", """{"stream_options":{"include_usage":true},"max_tokens":9}""")]
    public void Write_Both_InAnyOrder(string body, string expected) =>
        Assert.Equal(expected, Edit(body, ApiFormat.OpenAiChat, new RequestEdit(true, 9)));

    [Fact]
    public void Write_LargestLimit_FitsTheGrowth()
    {
        const string body = """{"max_tokens":1,"stream_options":null,"max_completion_tokens":2}""";
        var edited = Edit(body, ApiFormat.OpenAiChat, new RequestEdit(true, long.MaxValue));
        Assert.InRange(edited.Length - body.Length, 1, RequestEditor.GrowthMax);
    }

    [Fact]
    public void Write_NothingToDo_SameBytes() =>
        Assert.Equal(RequestBodies.Responses, Edit(RequestBodies.Responses, ApiFormat.OpenAiResponses, new RequestEdit(true, null)));

    private static string Edit(string json, ApiFormat format, RequestEdit edit)
    {
        var body = Encoding.UTF8.GetBytes(json);
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(body, format, out var facts));
        var output = new ArrayBufferWriter<byte>();
        var length = RequestEditor.Write(body, format, facts, edit, output);
        Assert.Equal(RequestEditor.GetLength(body, format, facts, edit), length);
        Assert.Equal(length, output.WrittenCount);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
