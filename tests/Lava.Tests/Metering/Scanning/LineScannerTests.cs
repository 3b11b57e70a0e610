using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>JSON values one after the other.</summary>
public sealed class LineScannerTests
{
    private const string Text = """{"delta":{"text":"Hi"}}""";
    private const string Usage = """{"usage":{"inputTokens":3,"outputTokens":4}}""";

    [Theory]
    [InlineData(Text + "\n" + Usage + "\n", 2)]
    [InlineData(Text + "\r\n" + Usage, 2)]
    [InlineData(Text + "\r" + Usage, 2)]
    [InlineData(Text + Usage, 2)]
    [InlineData(" \t\n\r\n " + Text + " \t" + Usage + "\n\n\n", 2)]
    [InlineData("{\"delta\":\r\n{\"text\":\n\"Hi\"}}" + Usage, 2)]
    [InlineData("\u00EF\u00BB\u00BF" + Text + "\n" + Usage, 2)]
    [InlineData("no JSON " + Text + "\n" + Usage, 0)]
    [InlineData("{\"a\":}" + Text + "\n" + Text + "\n" + Usage, 2)]
    [InlineData(Text + ",\n" + Usage, 2)]
    [InlineData(Text + "\n17\n\"x\"\n" + Usage, 2)]
    public void Scan_Values_AllOfThemInAnyPieces(string body, long text)
    {
        var bytes = Encoding.Latin1.GetBytes(body);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var scanner = Scan(bytes, size);
            Assert.Equal((UsageCertainty.Exact, 3, 4), (scanner.Usage.Certainty, scanner.Usage.InputTokens, scanner.Usage.OutputTokens));
            Assert.Equal(text, scanner.OutputTextBytes);
        }
    }

    [Fact]
    public void Scan_LastValueCut_DoesNotCount() =>
        Assert.Equal(UsageCertainty.Unknown, Scan(Encoding.UTF8.GetBytes(Text + "\n" + Usage[..^1]), 7).Usage.Certainty);

    [Fact]
    public void Scan_LastUsage_Wins()
    {
        var body = Encoding.UTF8.GetBytes(Usage + "\n" + """{"usage":{"inputTokens":5,"outputTokens":6}}""");
        Assert.Equal(5, Scan(body, int.MaxValue).Usage.InputTokens);
    }

    [Fact]
    public void Scan_MalformedUsage_GivenUpToTheLineEnd()
    {
        var body = Encoding.UTF8.GetBytes("{\"usage\":{\"inputTokens\":}} " + Usage + "\n" + Text);
        Assert.Equal(UsageCertainty.Unknown, Scan(body, int.MaxValue).Usage.Certainty);
    }

    private static ResponseScanner Scan(byte[] bytes, int size)
    {
        var scanner = new ResponseScanner();
        scanner.Reset(ApiFormat.BedrockConverse, ResponseFraming.Lines);
        for (var at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
        {
            scanner.Scan(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
        }

        scanner.EndOfBody();
        return scanner;
    }
}
