using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class FieldReaderTests
{
    public static TheoryData<string> Fixtures => FieldFixture.Names;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_WholeBody_ReadsWhatTheTableNames(string file)
    {
        var fixture = FieldFixture.FindFile(file);
        var scanner = fixture.Start(new ResponseScanner());
        scanner.Scan(fixture.Bytes);
        scanner.EndOfBody();
        Assert.Equal(fixture.Usage, scanner.Usage);
        Assert.Equal(fixture.Model, Encoding.UTF8.GetString(scanner.Model));
        Assert.Equal(fixture.Id, Encoding.UTF8.GetString(scanner.ResponseId));
        Assert.Equal(fixture.Job, scanner.Job);
        Assert.Equal(fixture.Tier, scanner.ServiceTier);
        Assert.Equal(fixture.IsError, scanner.IsError);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_InAnyPieces_SameAsWhole(string file)
    {
        var fixture = FieldFixture.FindFile(file);
        var bytes = fixture.Bytes;
        var scanner = fixture.Start(new ResponseScanner());
        scanner.Scan(bytes);
        scanner.EndOfBody();
        var whole = FieldFixture.Describe(scanner);
        for (var at = 1; at < bytes.Length; at++)
        {
            fixture.Start(scanner);
            scanner.Scan(bytes.AsSpan(0, at));
            scanner.Scan(bytes.AsSpan(at));
            scanner.EndOfBody();
            Assert.True(whole == FieldFixture.Describe(scanner), $"split at {at}: {FieldFixture.Describe(scanner)} instead of {whole}");
        }

        fixture.Start(scanner);
        foreach (var b in bytes)
        {
            scanner.Scan([b]);
        }

        scanner.EndOfBody();
        Assert.Equal(whole, FieldFixture.Describe(scanner));
    }

    // Figures that are final in themselves: Replicate's, MiniMax's and Cartesia's streams have no last word but the end of the body.
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_CutAnywhere_ExactOnlyAfterTheLastWord(string file)
    {
        var fixture = FieldFixture.FindFile(file);
        var bytes = fixture.Bytes;
        var scanner = fixture.Start(new ResponseScanner());
        scanner.Scan(bytes);
        scanner.EndOfBody();
        var whole = scanner.Usage;
        for (var end = 0; end < bytes.Length; end++)
        {
            fixture.Start(scanner);
            scanner.Scan(bytes.AsSpan(0, end));
            var aborted = scanner.Usage;
            Assert.True(
                aborted.Certainty != UsageCertainty.Exact || scanner.Job == JobState.Failed || end == bytes.Length, $"aborted at {end}");
            scanner.EndOfBody();
            var usage = scanner.Usage;
            Assert.True(usage.Certainty != UsageCertainty.Exact || usage == whole, $"cut at {end}: {usage} instead of {whole}");
            Assert.Equal(usage.Certainty == UsageCertainty.Exact, usage.Reason == UsageReason.None);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("1000000000001")]
    [InlineData("\"many\"")]
    public void Usage_LyingFigure_Malformed(string figure)
    {
        var usage = Read("POST api.mistral.ai/v1/ocr", $$$"""{"usage_info":{"pages_processed":{{{figure}}}}}""");
        Assert.Equal(new Usage { Reason = UsageReason.Malformed }, usage);
    }

    [Fact]
    public void Usage_SumBeyondItsRange_Malformed()
    {
        var predictions = string.Join(',', Enumerable.Repeat("""{"embeddings":{"statistics":{"token_count":999999999999}}}""", 3));
        const string call = "POST aiplatform.googleapis.com/v1/publishers/google/models/e:predict";
        Assert.Equal(UsageReason.Malformed, Read(call, $$"""{"predictions":[{{predictions}}]}""").Reason);
        const string channels = """{"metadata":{"duration":1000000,"channels":999999999999}}""";
        Assert.Equal(UsageReason.Malformed, Read("POST api.deepgram.com/v1/listen", channels).Reason);
    }

    [Theory]
    [InlineData("null", false)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("\"\"", false)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("1", true)]
    [InlineData("-1", true)]
    [InlineData("\"x\"", true)]
    [InlineData("{\"code\":null}", true)]
    [InlineData("[{\"code\":1}]", true)]
    public void IsError_Member_OnlyWhereItSaysSomething(string error, bool expected)
    {
        var endpoint = FieldFixture.Find("POST api.openai.com/v1/audio/speech");
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, ResponseFraming.Json, endpoint.Fields);
        scanner.Scan(Encoding.UTF8.GetBytes($$$"""{"error":{{{error}}}}"""));
        Assert.Equal(expected, scanner.IsError);
    }

    [Fact]
    public void TakeHeader_StateInAHeader_NotBilled()
    {
        var endpoint = FieldFixture.Find("POST api.stability.ai/v2beta/stable-image/generate/ultra");
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, ResponseFraming.Opaque, endpoint.Fields);
        scanner.TakeHeader(endpoint.Headers["finish-reason"], "CONTENT_FILTERED");
        scanner.EndOfBody();
        Assert.Equal(JobState.Failed, scanner.Job);
        Assert.Equal(new Usage { Certainty = UsageCertainty.Exact }, CallUsage.Complete(endpoint, default, scanner));
    }

    [Fact]
    public void Scan_ManyEvents_AllocatesNothing()
    {
        var fixture = FieldFixture.FindFile("dashscope-stream.sse");
        var bytes = fixture.Bytes;
        var scanner = fixture.Start(new ResponseScanner());
        scanner.Scan(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            scanner.Scan(bytes);
        }

        _ = scanner.Usage;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Usage Read(string call, string body)
    {
        var endpoint = FieldFixture.Find(call);
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, ResponseFraming.Json, endpoint.Fields);
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        scanner.EndOfBody();
        return scanner.Usage;
    }
}
