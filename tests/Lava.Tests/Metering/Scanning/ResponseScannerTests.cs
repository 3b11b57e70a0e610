using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class ResponseScannerTests
{
    // A list, a name, a record of its counts.
    private const long BytesOfModel = 512;

    public static TheoryData<string> Fixtures => ScannerFixture.Names;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_WholeBody_ReadsUsageModelAndEnd(string file)
    {
        var fixture = ScannerFixture.Find(file);
        var scanner = ScanWhole(fixture, fixture.Bytes);

        Assert.Equal(fixture.Usage with { Certainty = fixture.Certainty, Reason = fixture.Reason }, scanner.Usage);
        Assert.Equal(fixture.Model, Encoding.UTF8.GetString(scanner.Model));
        Assert.Equal(fixture.Text, scanner.OutputTextBytes);
        Assert.Equal(fixture.IsError, scanner.IsError);
        Assert.Equal(fixture.Tier, scanner.ServiceTier);
        Assert.Equal(fixture.IsRegional, scanner.IsRegional);
        Assert.Equal(fixture.ByModel, scanner.ByModel);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_SingleBytes_SameAsWhole(string file)
    {
        var fixture = ScannerFixture.Find(file);
        var bytes = fixture.Bytes;
        var scanner = NewScanner(fixture);
        foreach (var b in bytes)
        {
            scanner.Scan([b]);
        }

        scanner.EndOfBody();
        Assert.Equal(ScannerFixture.Describe(ScanWhole(fixture, bytes)), ScannerFixture.Describe(scanner));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_SplitAtEveryPosition_SameAsWhole(string file)
    {
        var fixture = ScannerFixture.Find(file);
        var bytes = fixture.Bytes;
        var whole = ScannerFixture.Describe(ScanWhole(fixture, bytes));
        var scanner = new ResponseScanner();
        for (var at = 1; at < bytes.Length; at++)
        {
            fixture.Begin(scanner);
            scanner.Scan(bytes.AsSpan(0, at));
            scanner.Scan(bytes.AsSpan(at));
            scanner.EndOfBody();
            Assert.True(whole == ScannerFixture.Describe(scanner), $"split at {at}: {ScannerFixture.Describe(scanner)} instead of {whole}");
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_CutAtEveryPosition_ExactOnlyWithTheFinalFigures(string file)
    {
        var fixture = ScannerFixture.Find(file);
        var bytes = fixture.Bytes;
        var whole = ScanWhole(fixture, bytes).Usage;
        var finalUsage = bytes.AsSpan().LastIndexOf(fixture.Format == ApiFormat.Gemini ? "\"usageMetadata\""u8 : "\"usage\":"u8);
        var scanner = new ResponseScanner();
        for (var end = 0; end < bytes.Length; end++)
        {
            fixture.Begin(scanner);
            scanner.Scan(bytes.AsSpan(0, end));
            scanner.EndOfBody();
            var usage = scanner.Usage;
            if (usage.Certainty == UsageCertainty.Exact)
            {
                Assert.True(usage == whole, $"cut at {end}: {usage} instead of {whole}");

                // There the last usage is a repeated placeholder that does not count.
                var isFinal = end > finalUsage || fixture.File == "anthropic-stream-start-twice.sse";
                Assert.True(isFinal, $"cut at {end}, before the final usage");
            }
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("1000000000001")]
    [InlineData("99999999999999999999999999999")]
    public void Usage_InsaneCount_Unknown(string count)
    {
        var scanner = ScanChat($$$"""{"model":"m","usage":{"prompt_tokens":{{{count}}},"completion_tokens":1}}""");
        Assert.Equal(UsageCertainty.Unknown, scanner.Usage.Certainty);
        Assert.Equal(0, scanner.Usage.OutputTokens);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1.")]
    [InlineData("01")]
    [InlineData("+1")]
    public void Usage_NoNumber_Unknown(string count)
    {
        var scanner = ScanChat($$$"""{"model":"m","usage":{"completion_tokens":1,"prompt_tokens":{{{count}}}}}""");
        Assert.Equal(UsageCertainty.Unknown, scanner.Usage.Certainty);
    }

    [Theory]
    [InlineData("12.9", 12)]
    [InlineData("-0", 0)]
    [InlineData("0.5e2", 50)]
    [InlineData("1e12", 1_000_000_000_000)]
    [InlineData("12000e-3", 12)]
    [InlineData("12.00000000000000000000000000000000000000000000000001", 12)]
    public void Usage_OddNumber_WithoutItsFraction(string count, long expected)
    {
        var scanner = ScanChat($$$"""{"usage":{"prompt_tokens":{{{count}}},"completion_tokens":0}}""");
        Assert.Equal(UsageCertainty.Exact, scanner.Usage.Certainty);
        Assert.Equal(expected, scanner.Usage.InputTokens);
    }

    [Theory]
    [InlineData("0.000837", 8_370_000)]
    [InlineData("1.13e-05", 113_000)]
    [InlineData("0.00000000001", 1)]
    [InlineData("12", 120_000_000_000)]
    [InlineData("1e-300", 1)]
    [InlineData("0", 0)]
    [InlineData("{\"total_cost\":0.5,\"request_cost\":0.1}", 5_000_000_000)]
    public void Usage_Cost_ExactMoney(string cost, long units)
    {
        var scanner = ScanChat($$$"""{"usage":{"prompt_tokens":1,"completion_tokens":1,"cost":{{{cost}}}}}""");
        Assert.Equal(units, scanner.Usage.ProviderCost?.Units);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("null")]
    [InlineData("\"1\"")]
    public void Usage_AbsurdCost_None(string cost)
    {
        var scanner = ScanChat($$$"""{"usage":{"prompt_tokens":1,"completion_tokens":1,"cost":{{{cost}}}}}""");
        Assert.Null(scanner.Usage.ProviderCost);
        Assert.Equal(UsageCertainty.Exact, scanner.Usage.Certainty);
    }

    [Fact]
    public void Usage_MoreCachedThanInput_CachedComeOnTop()
    {
        var scanner = ScanChat(
            """
            {"usage":{"prompt_tokens":4142,"completion_tokens":1,"total_tokens":4143,"prompt_tokens_details":{"cached_tokens":4328}}}
            """);
        Assert.Equal(8470, scanner.Usage.InputTokens);
        Assert.Equal(4328, scanner.Usage.CachedInputTokens);
    }

    [Fact]
    public void Usage_ReadAndWrittenOverlap_PartsFitTheWhole()
    {
        var scanner = ScanChat(
            """
            {"usage":{"prompt_tokens":2168,"completion_tokens":1,
            "prompt_tokens_details":{"cached_tokens":2161,"cache_write_tokens":2161}}}
            """);
        Assert.Equal(2161, scanner.Usage.CachedInputTokens);
        Assert.Equal(7, scanner.Usage.CacheWriteInputTokens);
    }

    [Fact]
    public void Scan_DuplicateKeys_LastWins()
    {
        var scanner = ScanChat(
            """
            {"usage":{"prompt_tokens":1,"prompt_tokens":2,"completion_tokens":1},
            "usage":{"prompt_tokens":7,"completion_tokens":1},"usage":null}
            """);
        Assert.Equal(7, scanner.Usage.InputTokens);
    }

    [Fact]
    public void Scan_DeepNesting_GivesUpQuietly()
    {
        var scanner = ScanChat(
            "{\"x\":" + new string('[', 100_000) + new string(']', 100_000)
            + ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");
        Assert.Equal(UsageCertainty.Unknown, scanner.Usage.Certainty);
    }

    [Fact]
    public void Model_LongerThanTheLimit_Bounded()
    {
        var scanner = ScanChat("{\"model\":\"" + new string('m', 10_000) + "\"}");
        Assert.Equal(128, scanner.Model.Length);
    }

    [Fact]
    public void Model_CutInTheMiddle_None()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.OpenAiChat, ResponseFraming.Sse);
        scanner.Scan("data: {\"id\":\"a\",\"model\":\"gpt-9-mi"u8);
        Assert.True(scanner.Model.IsEmpty);
        scanner.EndOfBody();
        Assert.True(scanner.Model.IsEmpty);
    }

    [Fact]
    public void IsTerminal_UsageAfterDone_StillCounts()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.OpenAiChat, ResponseFraming.Sse);
        scanner.Scan("data: [DONE]\n\n"u8);
        Assert.True(scanner.IsTerminal);
        scanner.Scan("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n"u8);
        Assert.Equal(3, scanner.Usage.InputTokens);
        Assert.Equal(UsageCertainty.Exact, scanner.Usage.Certainty);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Scan_DataOverSeveralLines_OneValue(string lineEnd)
    {
        var scanner = ScanChatStream(
            string.Join(lineEnd, "data: {\"choices\":[],",
                "data:\"usage\":{\"prompt_tokens\":3,", "data: \"completion_tokens\":4}}", "", ""));
        Assert.Equal(3, scanner.Usage.InputTokens);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Scan_BlankLineInsideAValue_EndsTheEvent(string lineEnd)
    {
        var scanner = ScanChatStream(
            string.Join(lineEnd, "data: {\"choices\":[{\"delta\":", "", "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3}}", "", ""));
        Assert.Equal(3, scanner.Usage.InputTokens);
    }

    [Fact]
    public void Scan_FormatNone_ReadsNothing()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.None, ResponseFraming.Json);
        scanner.Scan("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"u8);
        scanner.EndOfBody();
        Assert.Equal(new Usage { Reason = UsageReason.Missing }, scanner.Usage);
        Assert.Equal(new Usage { Reason = UsageReason.Missing }, new ResponseScanner().Usage);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_SteadyState_AllocatesNothing(string file)
    {
        var fixture = ScannerFixture.Find(file);
        var bytes = fixture.Bytes;
        var scanner = ScanWhole(fixture, bytes);
        Assert.InRange(Allocations.Least(() =>
        {
            fixture.Begin(scanner);
            scanner.Scan(bytes);
            scanner.EndOfBody();
            _ = scanner.Usage;
        }), 0, fixture.ByModel.Length * BytesOfModel);
    }

    [Fact]
    public void Scan_LineOf20MegabytesInPieces_ConstantMemoryAndItsUsage()
    {
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'A');
        var scanner = new ResponseScanner();
        Assert.Equal(0, Allocations.Least(() =>
        {
            scanner.Reset(ApiFormat.Gemini, ResponseFraming.Sse);
            scanner.Scan("data: {\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\""u8);
            for (var sent = 0; sent < 20_000_000; sent += piece.Length)
            {
                scanner.Scan(piece);
            }

            scanner.Scan("\"}}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":10,\"candidatesTokenCount\":1290,"u8);
            scanner.Scan("\"candidatesTokensDetails\":[{\"modality\":\"IMAGE\",\"tokenCount\":1290}]}}\r\n\r\n"u8);
            scanner.EndOfBody();
        }));
        Assert.Equal(1290, scanner.Usage.ImageOutputTokens);
        Assert.Equal(UsageCertainty.Exact, scanner.Usage.Certainty);
        Assert.Equal(0, scanner.OutputTextBytes);
    }

    // Every kind of place where a count can be something else.
    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData("true")]
    [InlineData("\"many\"")]
    [InlineData("\"\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"1\\u0031\"")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("1x")]
    public void Usage_NoCount_UnknownBecauseMalformedInEveryFamily(string count)
    {
        (ApiFormat Format, string Body)[] bodies =
        [
            (ApiFormat.OpenAiChat, """{"usage":{"prompt_tokens":?,"completion_tokens":1}}"""),
            (ApiFormat.OpenAiChat, """{"usage":{"prompt_tokens":1,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":?}}}"""),
            (ApiFormat.OpenAiResponses, """{"usage":{"input_tokens":1,"output_tokens":?}}"""),
            (ApiFormat.AnthropicMessages, """{"stop_reason":"x","usage":{"input_tokens":1,"output_tokens":?}}"""),
            (ApiFormat.Gemini, """{"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":?}}"""),
        ];
        foreach (var (format, body) in bodies)
        {
            var scanner = new ResponseScanner();
            scanner.Reset(format, ResponseFraming.Json);
            scanner.Scan(Encoding.UTF8.GetBytes(body.Replace("?", count, StringComparison.Ordinal)));
            scanner.EndOfBody();
            Assert.Equal(new Usage { Reason = UsageReason.Malformed }, scanner.Usage);
        }
    }

    [Fact]
    public void Usage_CachedOnlyInHeader_Taken()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.OpenAiChat, ResponseFraming.Json);
        scanner.TakeHeader(FieldRole.CachedInputTokens, "7500");
        scanner.Scan("{\"usage\":{\"prompt_tokens\":8000,\"completion_tokens\":1}}"u8);
        Assert.Equal(7500, scanner.Usage.CachedInputTokens);

        scanner.Reset(ApiFormat.OpenAiChat, ResponseFraming.Json);
        scanner.TakeHeader(FieldRole.CachedInputTokens, "7500");
        scanner.Scan("{\"usage\":{\"prompt_tokens\":8000,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":0}}}"u8);
        Assert.Equal(0, scanner.Usage.CachedInputTokens);
    }

    [Fact]
    public void Usage_BeforeTheEnd_ReasonCut()
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.AnthropicMessages, ResponseFraming.Sse);
        scanner.Scan("data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n"u8);
        Assert.Equal(UsageCertainty.Partial, scanner.Usage.Certainty);
        Assert.Equal(UsageReason.Cut, scanner.Usage.Reason);
    }

    // What the line before led to must not be taken over where it does not hold.
    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"service_tier\":\"flex\"}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]\ndata: ,\"usage\":{\"prompt_tokens\":3}}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("data: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4},\"choices\":[{\"delta\":{}}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"us\\u0061ge\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n")]
    public void Scan_LinesThatBeginAlike_AsByteByByte(string line)
    {
        const string plain = "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n";
        var bytes = Encoding.UTF8.GetBytes(plain + plain + line + plain + line + line + plain);
        var whole = ScanChatStream(Encoding.UTF8.GetString(bytes));
        var single = new ResponseScanner();
        single.Reset(ApiFormat.OpenAiChat, ResponseFraming.Sse);
        foreach (var b in bytes)
        {
            single.Scan([b]);
        }

        single.EndOfBody();
        Assert.Equal(ScannerFixture.Describe(single), ScannerFixture.Describe(whole));
    }

    private static ResponseScanner ScanWhole(ScannerFixture fixture, ReadOnlySpan<byte> bytes)
    {
        var scanner = NewScanner(fixture);
        scanner.Scan(bytes);
        scanner.EndOfBody();
        return scanner;
    }

    private static ResponseScanner NewScanner(ScannerFixture fixture)
    {
        var scanner = new ResponseScanner();
        fixture.Begin(scanner);
        return scanner;
    }

    private static ResponseScanner ScanChat(string json) => ScanChat(json, ResponseFraming.Json);

    private static ResponseScanner ScanChatStream(string events) => ScanChat(events, ResponseFraming.Sse);

    private static ResponseScanner ScanChat(string json, ResponseFraming framing)
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.OpenAiChat, framing);
        scanner.Scan(Encoding.UTF8.GetBytes(json));
        scanner.EndOfBody();
        return scanner;
    }
}
