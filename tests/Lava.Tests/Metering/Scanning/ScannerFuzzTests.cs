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
        var corpus = FuzzCase.All();
        Parallel.For(0, Seeds, seed => ScanMutants(corpus, 0x9E3779B97F4A7C15ul * (ulong)(seed + 1)));
    }

    private static void ScanMutants(FuzzCase[] corpus, ulong seed)
    {
        var mutator = new BodyMutator(seed);
        ResponseScanner whole = new(), pieces = new();
        foreach (var origin in corpus)
        {
            origin.Begin(whole, origin.Framing);
            origin.Begin(pieces, origin.Framing);
            whole.Scan(origin.Bytes);
        }

        var allocated = 0L;
        for (var i = 0; i < MutantsOfSeed; i++)
        {
            var origin = corpus[mutator.Next(corpus.Length)];
            var mutant = origin.BodyOf(mutator.Mutate(origin.Bytes));
            var framing = mutator.Next(8) == 0 ? ResponseFraming.ByShape : origin.Framing;
            var before = GC.GetAllocatedBytesForCurrentThread();
            origin.Begin(whole, framing);
            whole.Scan(mutant);
            origin.Begin(pieces, framing);
            ScanInPieces(pieces, mutant, mutator, isByByte: i % 8 == 0);
            if (i % 4 != 0)
            {
                whole.EndOfBody();
                pieces.EndOfBody();
            }

            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (!IsSame(whole, pieces) || !IsInRange(whole))
            {
                Assert.Fail($"seed {seed:X}, mutant {i} of {origin.Name}, {framing}: {ScannerFixture.Describe(pieces)} instead of "
                    + $"{ScannerFixture.Describe(whole)}:\n{Encoding.Latin1.GetString(mutant)}");
            }
        }

        Assert.InRange(allocated, 0, MutantsOfSeed * BytesOfMutant);
    }

    // One byte at a time takes long: every eighth.
    private static void ScanInPieces(ResponseScanner scanner, ReadOnlySpan<byte> mutant, BodyMutator mutator, bool isByByte)
    {
        var longest = isByByte ? 1 : 2 + mutator.Next(mutant.Length + 1);
        for (var at = 0; at < mutant.Length;)
        {
            var length = Math.Min(1 + mutator.Next(longest), mutant.Length - at);
            scanner.Scan(mutant.Slice(at, length));
            at += length;
        }
    }

    [Fact]
    public void Scan_MutatedRealtimeEvents_NeverThrowsSameEventForAnyPieces()
    {
        var mutator = new BodyMutator(0xC2B2AE3D27D4EB4Ful);
        var corpus = RealtimeScannerTests.Events.Select(Encoding.UTF8.GetBytes).ToArray();
        RealtimeScanner whole = new(), pieces = new();
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = mutator.Mutate(corpus[mutator.Next(corpus.Length)]);
            var expected = whole.Scan(mutant, isLast: true);
            var found = RealtimeEvent.None;
            var longest = i % 8 == 0 ? 1 : 2 + mutator.Next(mutant.Length + 1);
            for (var at = 0; at < mutant.Length || at == 0;)
            {
                var length = Math.Min(1 + mutator.Next(longest), mutant.Length - at);
                var next = pieces.Scan(mutant.Slice(at, length), isLast: at + length == mutant.Length);
                Assert.True(found == RealtimeEvent.None || next == RealtimeEvent.None, "told twice");
                found = next == RealtimeEvent.None ? found : next;
                at += Math.Max(length, 1);
            }

            var isSame = expected == found
                && IsInRange(whole.Usage)
                && whole.Usage == pieces.Usage
                && whole.Id.SequenceEqual(pieces.Id)
                && whole.Model.SequenceEqual(pieces.Model)
                && whole.TranscriptionModel.SequenceEqual(pieces.TranscriptionModel)
                && (whole.IsError, whole.IsAudio, whole.DeltaBytes) == (pieces.IsError, pieces.IsAudio, pieces.DeltaBytes);
            Assert.True(isSame, $"mutant {i}: {found} {pieces.Usage} instead of {expected} {whole.Usage}");
        }
    }

    private static bool IsSame(ResponseScanner a, ResponseScanner b) =>
        a.Usage == b.Usage
        && a.Model.SequenceEqual(b.Model)
        && a.ResponseId.SequenceEqual(b.ResponseId)
        && a.ServiceTier == b.ServiceTier
        && a.IsRegional == b.IsRegional
        && a.IsError == b.IsError
        && a.IsTerminal == b.IsTerminal
        && a.Job == b.Job
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

    private static bool IsInRange(ResponseScanner scanner)
    {
        var isInRange = IsInRange(scanner.Usage)
            && scanner.OutputTextBytes >= 0
            && scanner.Model.Length <= 128
            && scanner.ResponseId.Length <= 128
            && scanner.ByModel.Count <= UsageRecordCodec.ModelsMax;
        foreach (var part in scanner.ByModel)
        {
            isInRange &= IsInRange(part.Usage) && part.Usage.Certainty == UsageCertainty.Exact;
        }

        return isInRange;
    }

    private static bool IsInRange(in Usage usage) =>
        IsCount(usage.InputTokens)
        && IsCount(usage.OutputTokens)
        && usage.CachedInputTokens >= 0
        && usage.CacheWriteInputTokens >= 0
        && usage.CachedInputTokens + usage.CacheWriteInputTokens <= usage.InputTokens
        && IsPart(usage.CacheWrite1hInputTokens, usage.CacheWriteInputTokens)
        && IsPart(usage.CachedAudioInputTokens, usage.CachedInputTokens)
        && IsPart(usage.AudioInputTokens, usage.InputTokens)
        && IsPart(usage.ImageInputTokens, usage.InputTokens)
        && IsPart(usage.ReasoningOutputTokens, usage.OutputTokens)
        && IsPart(usage.AudioOutputTokens, usage.OutputTokens)
        && IsPart(usage.ImageOutputTokens, usage.OutputTokens)
        && IsCount(usage.Images)
        && IsCount(usage.WebSearches)
        && IsCount(usage.Pages)
        && IsCount(usage.InputCharacters)
        && IsCount(usage.OutputCharacters)
        && IsCount(usage.InputMicroseconds)
        && IsCount(usage.OutputMicroseconds)
        && IsCount(usage.ProviderMicrounits)
        && !(usage.ProviderCost < Money.Zero)
        && (usage.Reason == UsageReason.None) == (usage.Certainty == UsageCertainty.Exact);

    private static bool IsPart(long part, long whole) => part >= 0 && part <= whole;

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
