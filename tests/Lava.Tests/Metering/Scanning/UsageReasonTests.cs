using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>What holds for the usage of every family: its reason, and that a count which is none spoils it.</summary>
public sealed class UsageReasonTests
{
    private const string Value = "?";

    /// <summary>A body of each family and place of a count, and its endpoint's table where it has one.</summary>
    private static readonly (ApiFormat Format, string Call, string Body)[] Bodies =
    [
        (ApiFormat.OpenAiChat, "", """{"usage":{"prompt_tokens":?,"completion_tokens":1}}"""),
        (ApiFormat.OpenAiChat, "", """{"usage":{"input_tokens":?,"output_tokens":1}}"""),
        (ApiFormat.OpenAiChat, "", """{"usage":{"input_tokens":1,"output_tokens":?}}"""),
        (ApiFormat.OpenAiChat, "", """{"usage":{"prompt_tokens":1,"completion_tokens":1,"num_sources_used":?}}"""),
        (ApiFormat.OpenAiResponses, "", """{"usage":{"input_tokens":?,"output_tokens":1}}"""),
        (ApiFormat.AnthropicMessages, "", """{"stop_reason":"x","usage":{"input_tokens":?,"output_tokens":1}}"""),
        (ApiFormat.AnthropicMessages, "",
            """
            {"stop_reason":"x","usage":{"input_tokens":1,"output_tokens":1,"iterations":[
            {"type":"advisor_message","model":"a","input_tokens":?,"output_tokens":1}]}}
            """),
        (ApiFormat.Gemini, "", """{"usageMetadata":{"promptTokenCount":?,"candidatesTokenCount":1}}"""),
        (ApiFormat.Gemini, "",
            """
            {"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":1,
            "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":?}]}}
            """),
        (ApiFormat.BedrockConverse, "", """{"usage":{"inputTokens":?,"outputTokens":1}}"""),
        (ApiFormat.BedrockConverse, "", """{"usage":{"inputTokens":1,"outputTokens":1,"cacheDetails":[{"ttl":"1h","inputTokens":?}]}}"""),
        (ApiFormat.BedrockInvoke, "", """{"usage":{"inputTokens":?,"outputTokens":1},"stopReason":"x"}"""),
        (ApiFormat.BedrockInvoke, "", """{"prompt_token_count":?,"generation_token_count":1,"stop_reason":"x"}"""),
        (ApiFormat.BedrockInvoke, "", """{"inputTextTokenCount":1,"results":[{"tokenCount":?,"completionReason":"x"}]}"""),
        (ApiFormat.Fields, "POST api.mistral.ai/v1/ocr", """{"usage_info":{"pages_processed":?}}"""),
        (ApiFormat.Fields, "POST api.deepgram.com/v1/listen", """{"metadata":{"duration":?,"channels":1}}"""),
        (ApiFormat.Fields, "POST api.openai.com/v1/images/generations", """{"data":[{}],"usage":{"input_tokens":?,"output_tokens":1}}"""),
    ];

    // An object or a truth is easily taken for "not there", and the call then for a cheaper one.
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":1}""")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("true")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("\"x\"")]
    public void Count_ThatIsNone_MalformedInEveryFamily(string value)
    {
        foreach (var (format, call, body) in Bodies)
        {
            var scanner = new ResponseScanner();
            scanner.Reset(format, ResponseFraming.Json, call.Length == 0 ? null : FieldFixture.Find(call).Fields);
            scanner.Scan(Encoding.UTF8.GetBytes(body.Replace(Value, value, StringComparison.Ordinal)));
            scanner.EndOfBody();
            Assert.True(new Usage { Reason = UsageReason.Malformed } == scanner.Usage, $"{format} {body} {value}: {scanner.Usage}");
            Assert.Empty(scanner.ByModel);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("true")]
    public void RealtimeCount_ThatIsNone_Malformed(string value)
    {
        var scanner = new RealtimeScanner();
        var text = """{"type":"response.done","response":{"usage":{"output_tokens":2,"input_tokens":?}}}"""
            .Replace(Value, value, StringComparison.Ordinal);
        Assert.Equal(RealtimeEvent.ResponseDone, scanner.Scan(Encoding.UTF8.GetBytes(text), isLast: true));
        Assert.Equal(new Usage { Reason = UsageReason.Malformed }, scanner.Usage);
    }

    [Fact]
    public void Reason_OfEveryFixtureCutAnywhere_NoneExactlyWhenExact()
    {
        var scanner = new ResponseScanner();
        foreach (var fixture in FuzzCase.All().Where(fixture => !fixture.IsText))
        {
            for (var end = 0; end <= fixture.Bytes.Length; end++)
            {
                fixture.Begin(scanner, fixture.Framing);
                scanner.Scan(fixture.Bytes.AsSpan(0, end));
                AssertConsistent(scanner, fixture, end);
                scanner.EndOfBody();
                AssertConsistent(scanner, fixture, end);
            }
        }
    }

    [Theory]
    [InlineData(ResponseFraming.Json)]
    [InlineData(ResponseFraming.Sse)]
    [InlineData(ResponseFraming.Lines)]
    [InlineData(ResponseFraming.EventStream)]
    [InlineData(ResponseFraming.Opaque)]
    [InlineData(ResponseFraming.ByShape)]
    public void Reason_OfNothingInEveryFormatAndFraming_IsNotNone(ResponseFraming framing)
    {
        foreach (var format in Enum.GetValues<ApiFormat>())
        {
            var scanner = new ResponseScanner();
            scanner.Reset(format, framing);
            Assert.Equal(UsageCertainty.Unknown, scanner.Usage.Certainty);
            Assert.NotEqual(UsageReason.None, scanner.Usage.Reason);
            scanner.EndOfBody();
            Assert.Equal(UsageCertainty.Unknown, scanner.Usage.Certainty);
            Assert.NotEqual(UsageReason.None, scanner.Usage.Reason);
        }
    }

    [Fact]
    public void Advisors_LaterUsageWithoutList_StillBilled()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.AnthropicMessages, ResponseFraming.Sse);
        scanner.Scan("""
            data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":5,"output_tokens":1}}}

            data: {"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":7,
            data: "iterations":[{"type":"advisor_message","model":"a","input_tokens":70,"output_tokens":3}]}}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}

            data: {"type":"message_stop"}


            """u8);
        scanner.EndOfBody();
        Assert.Equal((5, 9), (scanner.Usage.InputTokens, scanner.Usage.OutputTokens));
        Assert.Equal(["m", "a"], scanner.ByModel.Select(part => part.Model));
        Assert.Equal([(5, 9), (70, 3)], scanner.ByModel.Select(part => (part.Usage.InputTokens, part.Usage.OutputTokens)));
    }

    [Fact]
    public void Chat_OnlyTotalAndOutput_InputIsTheRest()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.OpenAiChat, ResponseFraming.Json);
        scanner.Scan("""{"usage":{"completion_tokens":5,"total_tokens":15}}"""u8);
        Assert.Equal((10, 5), (scanner.Usage.InputTokens, scanner.Usage.OutputTokens));
    }

    [Fact]
    public void Gemini_PartsThatAreImages_Counted()
    {
        const string image = """{"inlineData":{"mimeType":"image/png","data":"AAAA"}}""";
        const string sound = """{"inlineData":{"data":"AAAA","mimeType":"audio/L16"}}""";
        const string first = """{"candidates":[{"content":{"parts":[IMAGE,{"text":"a"},SOUND]}}]}""";
        const string last = """
            {"candidates":[{"content":{"parts":[IMAGE,{"text":"b"},IMAGE]},"finishReason":"STOP"}],
            """ + "\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":9}}";
        var events = $"data: {first}\n\ndata: {last}\n\n"
            .Replace("IMAGE", image, StringComparison.Ordinal).Replace("SOUND", sound, StringComparison.Ordinal);
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.Gemini, ResponseFraming.Sse);
        scanner.Scan(Encoding.UTF8.GetBytes(events));
        scanner.EndOfBody();
        Assert.Equal((3, 9, UsageCertainty.Exact), (scanner.Usage.Images, scanner.Usage.OutputTokens, scanner.Usage.Certainty));
    }

    private static void AssertConsistent(ResponseScanner scanner, FuzzCase fixture, int end)
    {
        var usage = scanner.Usage;
        Assert.True(
            (usage.Certainty == UsageCertainty.Exact) == (usage.Reason == UsageReason.None), $"{fixture.Name} cut at {end}: {usage}");
    }
}
