using System.Text;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class UsageChunkFilterTests
{
    private const string Azure = """data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}],"usage":null}""";
    private const string UsageOnly = """data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""";

    [Theory]
    [InlineData(
        """data: {"id":"c","choices":[{"delta":{"content":"x"}}],"usage":null}""",
        """data: {"id":"c","choices":[{"delta":{"content":"x"}}]}""")]
    [InlineData("""data:{"usage" : null , "id":"c","choices":[{}]}""", """data:{"id":"c","choices":[{}]}""")]
    [InlineData("""data: {"id":"c", "usage":null, "choices":[{}]}""", """data: {"id":"c", "choices":[{}]}""")]
    [InlineData("""data: {"usage":null}""", """data: {}""")]
    [InlineData(Azure, """data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}""")]
    public void Filter_NullUsage_TakenOutWithItsComma(string line, string expected) => Assert.Equal(expected + "\n\n", Run(line + "\n\n"));

    [Theory]
    [InlineData("""data: {"choices":[{"delta":{"content":"\"usage\":null"}}]}""")]
    [InlineData("""data: {"choices":[{"delta":{},"usage":null}]}""")]
    [InlineData("""data: {"choices":[],"x":{"usage":{"a":1}}}""")]
    [InlineData("""data: {"choices":[{"index":0}],"usage":{"prompt_tokens":1}}""")]
    [InlineData("""data: {"usage":{"prompt_tokens":1}}""")]
    [InlineData("""data: {"usage":null""")]
    [InlineData("""data: {"usage":null} x""")]
    [InlineData("""data: "usage" """)]
    [InlineData("data: [DONE]")]
    [InlineData(": comment \"usage\":null")]
    [InlineData("data: {\"usage\":null,\ndata: \"choices\":[]}")]
    public void Filter_Others_SameBytes(string text) => Assert.Equal(text + "\n\n", Run(text + "\n\n"));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Filter_UsageOnlyEvent_Dropped(string lineEnd)
    {
        var end = lineEnd + lineEnd;
        Assert.Equal($"data: 1{end}data: [DONE]{end}", Run($"data: 1{end}{UsageOnly}{end}data: [DONE]{end}"));
    }

    [Fact]
    public void Filter_LastEventWithoutBlankLine_Filtered() => Assert.Equal("data: 1\n\n", Run("data: 1\n\n" + UsageOnly));

    [Theory]
    [InlineData("chat-stream.sse")]
    [InlineData("chat-stream-crlf.sse")]
    [InlineData("chat-stream-cr.sse")]
    [InlineData("chat-stream-mixed.sse")]
    [InlineData("chat-stream-torture.sse")]
    [InlineData("chat-stream-azure.sse")]
    public void Filter_SplitAtEveryPosition_SameAsWhole(string file)
    {
        var bytes = File.ReadAllBytes(ScannerFixture.PathOf(file));
        var whole = Encoding.UTF8.GetString(RunPieces(bytes, bytes.Length));
        Assert.DoesNotContain("\"usage\":null", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Encoding.UTF8.GetString(RunPieces(bytes, 1)));
        for (var at = 1; at < bytes.Length; at++)
        {
            Assert.Equal(whole, Encoding.UTF8.GetString(RunPieces(bytes, at)));
        }
    }

    [Fact]
    public void Filter_InjectedStream_AsIfNeverAsked()
    {
        var asked = File.ReadAllText(ScannerFixture.PathOf("chat-stream.sse"));
        var notAsked = File.ReadAllText(ScannerFixture.PathOf("chat-stream-no-usage.sse"));
        Assert.Equal(notAsked, Run(asked));
    }

    [Fact]
    public void Filter_CompleteEvent_NotHeldBack()
    {
        var filter = new UsageChunkFilter();
        var buffer = Encoding.UTF8.GetBytes("data: 1\n\ndata: 2");
        Assert.Equal(9, filter.Filter(buffer, 0, buffer.Length, endOfBody: false, out var carry));
        Assert.Equal(7, carry);
        Assert.Equal("data: 2", Encoding.UTF8.GetString(buffer.AsSpan(9, carry)));
    }

    [Fact]
    public void Filter_EventOverTheLimit_PassesAndTheNextIsFilteredAgain()
    {
        var big = "data: {\"x\":\"" + new string('x', UsageChunkFilter.EventBytesMax) + "\",\"usage\":null}\n\n";
        var input = Encoding.UTF8.GetBytes(big + UsageOnly + "\n\ndata: 1\n\n");
        Assert.Equal(big + "data: 1\n\n", Encoding.UTF8.GetString(RunPieces(input, 4096)));
    }

    private static string Run(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Encoding.UTF8.GetString(RunPieces(bytes, bytes.Length));
    }

    // As the gateway does: what is carried moves to the start, then the next piece is read behind it.
    private static byte[] RunPieces(byte[] bytes, int size)
    {
        var filter = new UsageChunkFilter();
        var buffer = new byte[UsageChunkFilter.EventBytesMax + size];
        var output = new MemoryStream();
        var carry = 0;
        for (var at = 0; at < bytes.Length; at += size)
        {
            var read = Math.Min(size, bytes.Length - at);
            bytes.AsSpan(at, read).CopyTo(buffer.AsSpan(carry));
            var sent = filter.Filter(buffer, carry, read, endOfBody: false, out carry);
            output.Write(buffer, 0, sent);
            buffer.AsSpan(sent, carry).CopyTo(buffer);
        }

        output.Write(buffer, 0, filter.Filter(buffer, carry, 0, endOfBody: true, out carry));
        Assert.Equal(0, carry);
        return output.ToArray();
    }
}
