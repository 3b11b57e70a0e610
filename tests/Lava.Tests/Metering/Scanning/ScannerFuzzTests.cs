using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Mutated fixtures: whatever comes, nothing throws, and what comes out is in range.</summary>
public sealed class ScannerFuzzTests
{
    private const int Mutants = 100_000;

    /// <summary>Each seed is a thread's work; a million streams and bodies in all.</summary>
    private const int Seeds = 20;
    private const int MutantsOfSeed = 50_000;

    // A list of models and the names in it, where a mutant still has one; nothing else is allocated.
    private const long BytesOfMutant = 256;

    [Fact]
    public void Scan_MillionMutatedFixtures_NeverThrowsSameBillForAnyPieces()
    {
        (ScannerFixture Fixture, byte[] Bytes)[] corpus = [.. ScannerFixture.All.Select(fixture => (fixture, fixture.Bytes))];
        Parallel.For(0, Seeds, seed => ScanMutants(corpus, 0x9E3779B97F4A7C15ul * (ulong)(seed + 1)));
    }

    private static void ScanMutants((ScannerFixture Fixture, byte[] Bytes)[] corpus, ulong seed)
    {
        var mutator = new BodyMutator(seed);
        ResponseScanner whole = new(), pieces = new();
        foreach (var (fixture, bytes) in corpus)
        {
            fixture.Begin(whole);
            fixture.Begin(pieces);
            whole.Scan(bytes);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < MutantsOfSeed; i++)
        {
            var (fixture, bytes) = corpus[mutator.Next(corpus.Length)];
            var mutant = mutator.Mutate(bytes);
            fixture.Begin(whole);
            whole.Scan(mutant);

            // One byte at a time takes long: every eighth.
            fixture.Begin(pieces);
            var longest = i % 8 == 0 ? 1 : 2 + mutator.Next(mutant.Length + 1);
            for (var at = 0; at < mutant.Length;)
            {
                var length = Math.Min(1 + mutator.Next(longest), mutant.Length - at);
                pieces.Scan(mutant.Slice(at, length));
                at += length;
            }

            if (i % 4 != 0)
            {
                whole.EndOfBody();
                pieces.EndOfBody();
            }

            AssertInRange(whole);
            if (!IsSame(whole, pieces))
            {
                Assert.Fail($"seed {seed:X}, mutant {i} of {fixture.File}: {ScannerFixture.Describe(pieces)} instead of "
                    + $"{ScannerFixture.Describe(whole)}:\n{Encoding.Latin1.GetString(mutant)}");
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MutantsOfSeed * BytesOfMutant);
    }

    private static bool IsSame(ResponseScanner a, ResponseScanner b) =>
        a.Usage == b.Usage
        && a.Model.SequenceEqual(b.Model)
        && a.ResponseId.SequenceEqual(b.ResponseId)
        && a.ServiceTier == b.ServiceTier
        && a.IsRegional == b.IsRegional
        && a.IsError == b.IsError
        && a.IsTerminal == b.IsTerminal
        && a.OutputTextBytes == b.OutputTextBytes
        && a.ByModel.Count == b.ByModel.Count
        && (a.ByModel.Count == 0 || a.ByModel.SequenceEqual(b.ByModel));

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
                Assert.InRange(facts.Choices, 1, RequestPeek.ChoicesMax * RequestPeek.PromptsMax);
                Assert.InRange(facts.WebSearches, 0, 1000);
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
        var isInRange = IsCount(usage.InputTokens)
            && IsCount(usage.OutputTokens)
            && usage.CachedInputTokens >= 0
            && usage.CacheWriteInputTokens >= 0
            && usage.CachedInputTokens + usage.CacheWriteInputTokens <= usage.InputTokens
            && usage.CacheWrite1hInputTokens >= 0
            && usage.CacheWrite1hInputTokens <= usage.CacheWriteInputTokens
            && usage.CachedAudioInputTokens <= usage.CachedInputTokens
            && usage.ReasoningOutputTokens >= 0
            && usage.ReasoningOutputTokens <= usage.OutputTokens
            && IsCount(usage.WebSearches)
            && !(usage.ProviderCost < Money.Zero)
            && scanner.Model.Length <= 128
            && scanner.ByModel.Count <= UsageRecordCodec.ModelsMax;
        if (!isInRange || (usage.Reason == UsageReason.None) != (usage.Certainty == UsageCertainty.Exact))
        {
            Assert.Fail(usage.ToString());
        }
    }

    private static bool IsCount(long count) => count is >= 0 and <= Usage.MaxCount;

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
