using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>The framing itself: what a message may be, and what is made of one that is damaged.</summary>
public sealed class EventStreamTests
{
    private const string Metadata = """{"usage":{"inputTokens":13,"outputTokens":45}}""";

    private static readonly byte[] Text = EventStreamMessages.Event("contentBlockDelta", """{"delta":{"text":"Hi"}}""");
    private static readonly byte[] Usage = EventStreamMessages.Event("metadata", Metadata);

    [Fact]
    public void Crc32_CheckValue_AsPublished()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
    }

    [Fact]
    public void Crc32_AnyPieces_SameAsBitByBit()
    {
        var bytes = new byte[100];
        new Random(7).NextBytes(bytes);
        for (var at = 0; at <= bytes.Length; at++)
        {
            Assert.Equal(EventStreamMessages.Sum(bytes), Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, at)), bytes.AsSpan(at)));
        }
    }

    [Fact]
    public void Scan_HeadersOfAllTypes_AreCrossed()
    {
        byte[] headers =
        [
            .. EventStreamMessages.Header("true", 0),
            .. EventStreamMessages.Header("false", 1),
            .. EventStreamMessages.Header("byte", 2, 7),
            .. EventStreamMessages.Header("short", 3, 7, 7),
            .. EventStreamMessages.Header("int", 4, 7, 7, 7, 7),
            .. EventStreamMessages.Header("long", 5, new byte[8]),
            .. EventStreamMessages.Header("bytes", 6, 0, 3, 7, 7, 7),
            .. EventStreamMessages.Header("none", 6, 0, 0),
            .. EventStreamMessages.Header("timestamp", 8, new byte[8]),
            .. EventStreamMessages.Header("uuid", 9, new byte[16]),
            .. EventStreamMessages.Header(":message-type", 6, [0, 9, .. "exception"u8]),
            .. EventStreamMessages.Header(":event-type", "metadata"),
            .. EventStreamMessages.Header("empty", ""),
        ];
        var scanner = Scan([.. Text, .. EventStreamMessages.Build(headers, Encoding.UTF8.GetBytes(Metadata))]);
        Assert.Equal((UsageCertainty.Exact, 13, 45), Short(scanner));
        Assert.False(scanner.IsError);
    }

    [Theory]
    [InlineData("exception")]
    [InlineData("error")]
    public void Scan_FailureMessage_IsErrorAndItsPayloadIsNotRead(string type)
    {
        var headers = EventStreamMessages.Header(":message-type", type);
        var scanner = Scan([.. Text, .. EventStreamMessages.Build(headers, Encoding.UTF8.GetBytes(Metadata))]);
        Assert.True(scanner.IsError);
        Assert.Equal((UsageCertainty.Unknown, 0, 0), Short(scanner));
    }

    [Fact]
    public void Scan_EmptyMessages_AreNothing()
    {
        var scanner = Scan([.. EventStreamMessages.Build([], []), .. Text, .. EventStreamMessages.Event("ping", ""), .. Usage]);
        Assert.Equal((UsageCertainty.Exact, 13, 45), Short(scanner));
        Assert.Equal(2, scanner.OutputTextBytes);
    }

    [Fact]
    public void Scan_PayloadThatIsNoJson_OnlyThatIsLost()
    {
        var scanner = Scan([.. EventStreamMessages.Event("metadata", "<html>"), .. Text, .. Usage]);
        Assert.Equal((UsageCertainty.Exact, 13, 45), Short(scanner));
    }

    [Fact]
    public void Scan_UsageOfAnotherEvent_IsNotTheLastWord()
    {
        var scanner = Scan(EventStreamMessages.Event("contentBlockStop", Metadata));
        Assert.Equal((UsageCertainty.Partial, 13, 45), Short(scanner));
        Assert.False(scanner.IsTerminal);
    }

    // Every byte of a message is under a checksum: whichever changes, what the message said is dropped, and all after it.
    [Fact]
    public void Scan_AnyByteOfAMessageChanged_TheMessageDoesNotCount()
    {
        var scanner = new ResponseScanner();
        byte[] stream = [.. Text, .. Usage, .. Text];
        for (var at = Text.Length; at < Text.Length + Usage.Length; at++)
        {
            foreach (var size in (int[])[1, 5, int.MaxValue])
            {
                var damaged = (byte[])stream.Clone();
                damaged[at] ^= 0x04;
                Scan(scanner, damaged, size);
                var usage = scanner.Usage;
                Assert.True(usage == new Usage { Reason = usage.Reason }, $"byte {at}: {usage}");

                // A length that grew may just as well look cut off; its own checksum tells.
                Assert.Equal(UsageReason.Unreadable, usage.Reason);
                Assert.Equal(2, scanner.OutputTextBytes);
            }
        }
    }

    [Fact]
    public void Scan_DamagedAfterTheUsage_NotExact()
    {
        var damaged = (byte[])Text.Clone();
        damaged[^1] ^= 1;
        var usage = Scan([.. Usage, .. damaged]).Usage;
        Assert.Equal((UsageCertainty.Partial, UsageReason.Unreadable, 13), (usage.Certainty, usage.Reason, usage.InputTokens));
    }

    [Fact]
    public void Scan_TextOfADamagedMessage_IsNotCounted()
    {
        var damaged = (byte[])Text.Clone();
        damaged[^1] ^= 1;
        Assert.Equal(2, Scan([.. Text, .. damaged]).OutputTextBytes);
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(15u, 0u)]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData((16u << 20) + 1, 0u)]
    [InlineData(100u, 85u)]
    [InlineData(100u, uint.MaxValue)]
    [InlineData(16u << 20, (128u << 10) + 1)]
    public void Scan_LengthsThatCannotBe_Damaged(uint total, uint headers)
    {
        var usage = Scan([.. EventStreamMessages.Prelude(total, headers), .. Usage, .. Usage]).Usage;
        Assert.Equal(new Usage { Reason = UsageReason.Unreadable }, usage);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 1, (byte)'a', 10 })]
    [InlineData(new byte[] { 1, (byte)'a', 7, 0, 2, 1 })]
    [InlineData(new byte[] { 5, (byte)'a' })]
    public void Scan_MalformedHeaders_Damaged(byte[] headers)
    {
        var usage = Scan([.. EventStreamMessages.Build(headers, []), .. Usage]).Usage;
        Assert.Equal(new Usage { Reason = UsageReason.Unreadable }, usage);
    }

    [Fact]
    public void Scan_Garbage_Damaged()
    {
        var usage = Scan("<html>This is no event stream.</html>"u8.ToArray()).Usage;
        Assert.Equal(new Usage { Reason = UsageReason.Unreadable }, usage);
    }

    [Fact]
    public void Scan_LargestMessage_PassesInConstantMemory()
    {
        var payload = new byte[(16 << 20) - 16];
        payload.AsSpan().Fill((byte)'a');
        "{\"p\":\""u8.CopyTo(payload);
        Encoding.UTF8.GetBytes("\"," + Metadata[1..]).CopyTo(payload, payload.Length - Metadata.Length - 1);
        var stream = EventStreamMessages.Build([], payload);
        var scanner = new ResponseScanner();
        Assert.Equal(0, Allocations.Least(() => Scan(scanner, stream, 64 << 10)));
        Assert.Equal((UsageCertainty.Partial, 13, 45), Short(scanner));
    }

    [Fact]
    public void Scan_Mutants_NeverThrowAndTheSameInAnyPieces()
    {
        var random = new Random(20260821);
        var corpus = NativeFixture.All.Where(fixture => fixture.Framing == ResponseFraming.EventStream).ToArray();
        var lines = corpus.Select(fixture => File.ReadAllText(ScannerFixture.PathOf(fixture.File))).ToArray();
        var endpoints = corpus.Select(fixture => fixture.Endpoint).ToArray();
        var (whole, pieces) = (new ResponseScanner(), new ResponseScanner());
        for (var i = 0; i < 6000; i++)
        {
            // Half of them are changed before they are framed: right checksums around wrong contents.
            var text = lines[i % lines.Length].ToCharArray();
            const string telling = "{}[]\",:\\=!*0-e9";
            for (var n = random.Next(4); i % 2 == 0 && n > 0; n--)
            {
                text[random.Next(text.Length)] = telling[random.Next(telling.Length)];
            }

            var bytes = EventStreamMessages.Parse(new string(text));
            for (var n = random.Next(3); i % 2 == 1 && n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next();
            }

            var endpoint = endpoints[i % lines.Length];
            Scan(whole, bytes, int.MaxValue, endpoint.Format);
            Scan(pieces, bytes, 1 + random.Next(40), endpoint.Format);
            Assert.Equal(ScannerFixture.Describe(whole), ScannerFixture.Describe(pieces));
            Assert.InRange(whole.Usage.InputTokens, 0, Lava.Metering.Usage.MaxCount);
        }
    }

    private static (UsageCertainty, long, long) Short(ResponseScanner scanner) =>
        (scanner.Usage.Certainty, scanner.Usage.InputTokens, scanner.Usage.OutputTokens);

    private static ResponseScanner Scan(byte[] stream)
    {
        var scanner = new ResponseScanner();
        Scan(scanner, stream, int.MaxValue);
        return scanner;
    }

    private static void Scan(ResponseScanner scanner, byte[] stream, int size, ApiFormat format = ApiFormat.BedrockConverse)
    {
        scanner.Reset(format, ResponseFraming.EventStream);
        for (var at = 0; at < stream.Length; at += Math.Min(size, stream.Length - at))
        {
            scanner.Scan(stream.AsSpan(at, Math.Min(size, stream.Length - at)));
        }

        scanner.EndOfBody();
    }
}
