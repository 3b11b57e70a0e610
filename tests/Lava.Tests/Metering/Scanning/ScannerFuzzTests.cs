using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Mutated fixtures: whatever comes, nothing throws, and what comes out is in range.</summary>
public sealed class ScannerFuzzTests
{
    private const int Mutants = 100_000;

    [Fact]
    public void Scan_MutatedFixtures_NeverThrowsAndStaysInRange()
    {
        var state = 0x9E3779B97F4A7C15ul;
        var fixtures = ScannerFixture.All.Select(fixture => (fixture, bytes: fixture.Bytes)).ToArray();
        var scanner = new ResponseScanner();
        var buffer = new byte[64 * 1024];
        for (var i = 0; i < Mutants; i++)
        {
            var (fixture, bytes) = fixtures[i % fixtures.Length];
            var mutant = buffer.AsSpan(0, bytes.Length);
            bytes.CopyTo(mutant);
            var length = Mutate(mutant, ref state);
            scanner.Reset(fixture.Format, fixture.Framing);
            var split = (int)(Next(ref state) % (ulong)(length + 1));
            scanner.Scan(mutant[..split]);
            scanner.Scan(mutant[split..length]);
            scanner.EndOfBody();
            AssertInRange(scanner);
        }
    }

    [Fact]
    public void Filter_MutatedFixtures_NeverThrowsAndNeverGrows()
    {
        var state = 0xD1B54A32D192ED03ul;
        var bytes = ScannerFixture.Find("chat-stream.sse").Bytes;
        var filter = new UsageChunkFilter();
        var buffer = new byte[bytes.Length];
        for (var i = 0; i < Mutants / 4; i++)
        {
            bytes.CopyTo(buffer, 0);
            var length = Mutate(buffer, ref state);
            filter.Reset();
            var split = (int)(Next(ref state) % (ulong)(length + 1));
            var rest = buffer[split..length];
            var sent = filter.Filter(buffer, 0, split, endOfBody: false, out var carry);
            Assert.True(sent + carry <= split);
            var next = new byte[carry + rest.Length];
            buffer.AsSpan(sent, carry).CopyTo(next);
            rest.CopyTo(next, carry);
            sent = filter.Filter(next, carry, rest.Length, endOfBody: true, out carry);
            Assert.Equal(0, carry);
            Assert.True(sent <= next.Length);
        }
    }

    [Fact]
    public void Peek_MutatedBodies_NeverThrowsAndRangesStayInside()
    {
        var state = 0xA24BAED4963EE407ul;
        var scratch = new byte[RequestPeek.ModelBytesMax];
        for (var i = 0; i < Mutants; i++)
        {
            var (format, body) = RequestBodies.All[i % RequestBodies.All.Length];
            var mutant = body.ToArray();
            var length = Mutate(mutant, ref state);
            if (RequestPeek.Peek(mutant.AsSpan(0, length), format, out var facts) == PeekOutcome.Ok)
            {
                _ = facts.GetModel(mutant, scratch).Length;
                Assert.InRange(facts.Choices, 1, RequestPeek.ChoicesMax);
                Assert.InRange(facts.MaxOutputTokens ?? 0, 0, RequestPeek.OutputTokensMax);
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                RequestEditor.Write(mutant.AsSpan(0, length), format, facts, new RequestEdit(true, 77), output);
                Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(output.WrittenSpan, format, out var edited));
                Assert.Equal(77, edited.MaxOutputTokens);
            }
        }
    }

    private static void AssertInRange(ResponseScanner scanner)
    {
        var usage = scanner.Usage;
        Assert.InRange(usage.InputTokens, 0, Usage.MaxCount);
        Assert.InRange(usage.OutputTokens, 0, Usage.MaxCount);
        Assert.InRange(usage.CachedInputTokens + usage.CacheWriteInputTokens, 0, usage.InputTokens);
        Assert.InRange(usage.CacheWrite1hInputTokens, 0, usage.CacheWriteInputTokens);
        Assert.InRange(usage.ReasoningOutputTokens, 0, usage.OutputTokens);
        Assert.InRange(usage.WebSearches, 0, Usage.MaxCount);
        Assert.InRange(scanner.Model.Length, 0, 128);
    }

    // One to four changes: another byte, a removed run, a doubled run, a telling byte.
    private static int Mutate(Span<byte> bytes, ref ulong state)
    {
        var length = bytes.Length;
        for (var changes = 1 + (Next(ref state) % 4); changes > 0 && length > 2; changes--)
        {
            var at = (int)(Next(ref state) % (ulong)(length - 1));
            var run = (int)Math.Min(1 + (Next(ref state) % 16), (ulong)(length - at));
            switch (Next(ref state) % 4)
            {
                case 0:
                    bytes[at] = (byte)Next(ref state);
                    break;
                case 1:
                    bytes[(at + run)..length].CopyTo(bytes[at..]);
                    length -= run;
                    break;
                case 2:
                    bytes[at..(length - run)].ToArray().CopyTo(bytes[(at + run)..]);
                    break;
                default:
                    var telling = "{}[]\",:\\\r\n-0e"u8;
                    bytes[at] = telling[(int)(Next(ref state) % (ulong)telling.Length)];
                    break;
            }
        }

        return length;
    }

    // xorshift64*: the same sequence on every run.
    private static ulong Next(ref ulong state)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (state * 0x2545F4914F6CDD1Dul) >> 11;
    }
}
