using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Bedrock, Cohere and Ollama: each answer whole, in pieces and cut.</summary>
public sealed class NativeFixtureTests
{
    public static TheoryData<string> Fixtures => NativeFixture.Names;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_WholeBody_ReadsUsageTextAndTier(string name)
    {
        var fixture = NativeFixture.Find(name);
        var scanner = Scan(fixture, fixture.Bytes, int.MaxValue);

        Assert.Equal(fixture.Usage, scanner.Usage);
        Assert.Equal(fixture.Text, scanner.OutputTextBytes);
        Assert.Equal(fixture.IsError, scanner.IsError);
        Assert.Equal(fixture.Tier, scanner.ServiceTier);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_PiecesOfEverySize_SameAsWhole(string name)
    {
        var fixture = NativeFixture.Find(name);
        var bytes = fixture.Bytes;
        var whole = Describe(Scan(fixture, bytes, int.MaxValue));
        for (var size = 1; size < 70; size++)
        {
            Assert.Equal(whole, Describe(Scan(fixture, bytes, size)));
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_SplitAtEveryPosition_SameAsWhole(string name)
    {
        var fixture = NativeFixture.Find(name);
        var (bytes, endpoint) = (fixture.Bytes, fixture.Endpoint);
        var whole = Describe(Scan(fixture, bytes, int.MaxValue));
        var scanner = new ResponseScanner();
        for (var at = 1; at < bytes.Length; at++)
        {
            fixture.Reset(scanner, endpoint);
            scanner.Scan(bytes.AsSpan(0, at));
            scanner.Scan(bytes.AsSpan(at));
            scanner.EndOfBody();
            Assert.True(whole == Describe(scanner), $"split at {at}: {Describe(scanner)} instead of {whole}");
        }
    }

    // Exact only where the same figures come out, and never where the last message, line or closing bracket lacks a byte that counts.
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_CutAtEveryPosition_ExactOnlyWithTheFinalFigures(string name)
    {
        var fixture = NativeFixture.Find(name);
        var (bytes, endpoint) = (fixture.Bytes, fixture.Endpoint);
        var tail = fixture.Framing == ResponseFraming.Sse ? "\n\ndata: [DONE]\n\n".Length : 0;
        if (fixture.EndsBeforeItsLastMessage)
        {
            tail = EventStreamMessages.Parse(File.ReadAllLines(ScannerFixture.PathOf(fixture.File))[^1]).Length;
        }

        var complete = bytes.AsSpan(0, bytes.Length - tail).TrimEnd((byte)'\n').Length;
        var scanner = new ResponseScanner();
        for (var end = 0; end < bytes.Length; end++)
        {
            fixture.Reset(scanner, endpoint);
            scanner.Scan(bytes.AsSpan(0, end));
            scanner.EndOfBody();
            var usage = scanner.Usage;
            var isExact = usage.Certainty == UsageCertainty.Exact;
            Assert.Equal(isExact, usage.Reason == UsageReason.None);
            Assert.True(!isExact || (usage == fixture.Usage && end >= complete), $"cut at {end} of {bytes.Length}: {usage}");
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Scan_SteadyState_AllocatesNothing(string name)
    {
        var fixture = NativeFixture.Find(name);
        var (bytes, endpoint) = (fixture.Bytes, fixture.Endpoint);
        var scanner = new ResponseScanner();
        Assert.Equal(0, Allocations.Least(() =>
        {
            fixture.Reset(scanner, endpoint);
            scanner.Scan(bytes);
            scanner.EndOfBody();
            _ = scanner.Usage;
        }));
    }

    [Theory]
    [InlineData("bedrock-runtime.us-east-1.amazonaws.com", "/model/m%3A0/count-tokens")]
    [InlineData("api.cohere.com", "/v1/tokenize")]
    public void Endpoint_Counting_IsFree(string host, string path) =>
        Assert.False(new NativeFixture("", host, path, default, 0).Endpoint.IsMetered);

    [Fact]
    public void Invoke_BodyAndHeadersDiffer_BodyCounts()
    {
        var fixture = NativeFixture.Find("bedrock-invoke-llama.json") with
        {
            Headers = [(FieldRole.UncachedInputTokens, "99"), (FieldRole.CachedInputTokens, "7")],
        };
        var usage = Scan(fixture, fixture.Bytes, int.MaxValue).Usage;
        Assert.Equal((12 + 7, 3, 7), (usage.InputTokens, usage.OutputTokens, usage.CachedInputTokens));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("9999999999999")]
    [InlineData("")]
    public void Invoke_MalformedHeader_Unknown(string value)
    {
        var fixture = NativeFixture.Find("bedrock-invoke-cohere.json") with { Headers = [(FieldRole.UncachedInputTokens, value)] };
        var usage = Scan(fixture, fixture.Bytes, int.MaxValue).Usage;
        Assert.Equal(new Usage { Reason = UsageReason.Malformed }, usage);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("1e12")]
    public void Converse_AbsurdCounts_Unknown(string count)
    {
        var fixture = NativeFixture.Find("bedrock-converse.json");
        var body = $$$"""{"usage":{"inputTokens":{{{count}}},"outputTokens":1,"cacheReadInputTokens":1}}""";
        var usage = Scan(fixture, Encoding.UTF8.GetBytes(body), int.MaxValue).Usage;
        Assert.Equal(new Usage { Reason = UsageReason.Malformed }, usage);
    }

    [Fact]
    public void Converse_CacheWritesByLifetimeOnly_AreSummed()
    {
        var fixture = NativeFixture.Find("bedrock-converse.json");
        var body = """
            {"usage":{"inputTokens":1,"outputTokens":1,
            "cacheDetails":[{"ttl":"1h","inputTokens":20},{"inputTokens":3,"ttl":"5m"},{"ttl":"1h","inputTokens":1}]}}
            """;
        var usage = Scan(fixture, Encoding.UTF8.GetBytes(body), int.MaxValue).Usage;
        Assert.Equal((25, 24, 21), (usage.InputTokens, usage.CacheWriteInputTokens, usage.CacheWrite1hInputTokens));
    }

    private static string Describe(ResponseScanner scanner) => ScannerFixture.Describe(scanner) + scanner.ServiceTier;

    private static ResponseScanner Scan(NativeFixture fixture, byte[] bytes, int size)
    {
        var scanner = new ResponseScanner();
        fixture.Reset(scanner, fixture.Endpoint);
        for (var at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
        {
            scanner.Scan(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
        }

        scanner.EndOfBody();
        return scanner;
    }
}
