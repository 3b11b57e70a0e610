using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>
/// A recorded run, as a crash before any of its syncs would have left it, and as its close did; damaged at every sector in every way:
/// exactly the records before the damage where no later one proves that they were synced, else a refusal that names the place.
/// </summary>
public sealed class TailDamageTests
{
    private const int Sector = 512;

    // Lengths of payloads; each row is a commit. They cross sectors and segments of 4 KiB, the seventh in the middle of a commit.
    private static readonly int[][] Commits =
    [
        [10], [700, 0, 300], [40], [900, 900, 900], [1], [200, 450, 33, 600], [1300, 8, 1200, 77], [5], [400, 400, 400, 400], [64, 900],
    ];

    /// <summary>What happens to a sector, given the file and the sector's offset.</summary>
    public static TheoryData<string> Faults => [.. All.Keys];

    private static Dictionary<string, Func<byte[], int, byte[]>> All { get; } = new()
    {
        ["truncate"] = static (good, at) => good[..at],
        ["flip the first bit"] = static (good, at) => Changed(good, at, 1, bytes => bytes[0] ^= 1),
        ["flip the last bit"] = static (good, at) => Changed(good, at + Sector - 1, 1, bytes => bytes[0] ^= 128),
        ["zero"] = static (good, at) => Changed(good, at, Sector, bytes => bytes.Clear()),
        ["garbage"] = static (good, at) => Changed(good, at, Sector, new Random(at).NextBytes),
        ["swap with the next"] = static (good, at) => Changed(good, at, 2 * Sector, static bytes =>
        {
            var first = bytes[..Sector].ToArray();
            bytes[Sector..].CopyTo(bytes);
            first.CopyTo(bytes[^Sector..]);
        }),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Recover_AnySectorDamaged_ReturnsTheExactPrefixOrRefuses(string fault)
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        var images = await RecordAsync(fixture);
        Assert.True(images.Count > Commits.Length);
        var (refused, torn, unproven) = (0, 0, 0);
        foreach (var (image, path, at) in images.SelectMany(EverySector))
        {
            var bad = All[fault](image.Segments[path], at);
            var place = image.PlaceOfRefusal(path, bad, out var kept);
            fixture.Restore(new Dictionary<string, byte[]>(image.Segments) { [path] = bad });
            if (place is not null)
            {
                AssertRefused(fixture, path, place.Value);
                refused++;
                continue;
            }

            AssertKept(fixture, kept);
            if (kept < image.Records.Count)
            {
                await AssertGoesOnAsync(fixture, kept);
                torn++;
            }

            if (kept < image.Durable)
            {
                // The one documented exception: damage up to the very end of a journal that was not closed.
                Assert.False(image.IsClosed);
                unproven++;
            }
        }

        Assert.True(refused > 100);
        Assert.True(fault == "truncate" ? torn == 0 : torn > 10 && unproven < torn);
    }

    private static IEnumerable<(Image Image, string Path, int At)> EverySector(Image image) =>
        from segment in image.Segments
        from sector in Enumerable.Range(0, segment.Value.Length / Sector)
        select (image, segment.Key, sector * Sector);

    private static void AssertRefused(JournalFixture fixture, string path, int place)
    {
        var error = Assert.Throws<JournalCorruptException>(fixture.ReadAll);
        Assert.Equal((path, place), (error.File, error.Offset));
        var found = JournalInspector.Inspect(fixture.Path);
        Assert.Equal(JournalEnd.Damaged, found.End);
        Assert.Equal((error.File, error.Offset, error.Reason), (found.Damage!.File, found.Damage.Offset, found.Damage.Reason));
    }

    private static void AssertKept(JournalFixture fixture, int count)
    {
        Assert.Equal(Enumerable.Range(1, count).Select(Payload), fixture.ReadAll());
        var found = JournalInspector.Inspect(fixture.Path);
        Assert.NotEqual(JournalEnd.Damaged, found.End);
        Assert.Equal(count, found.LastSequence);
    }

    private static async Task AssertGoesOnAsync(JournalFixture fixture, int count)
    {
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, ["after"]);
        await fixture.Kill(writer);
        Assert.Equal([.. Enumerable.Range(1, count).Select(Payload), "after"], fixture.ReadAll());
    }

    private static async Task<List<Image>> RecordAsync(JournalFixture fixture)
    {
        var images = new List<Image>();
        var records = new List<Written>();
        var done = new TaskCompletionSource();
        var commit = 0;
        var writer = fixture.Open();
        fixture.Disk.OnSync = () =>
        {
            // The writer's own thread: nothing is written meanwhile. Each commit is appended when the one before waits for its sync.
            if (Thread.CurrentThread.Name != "journal")
            {
                return;
            }

            var image = new Image(fixture.Capture(), Locate(fixture, records), writer.DurableSequence, false);
            images.Add(image);
            if (image.Records.Count == records.Count && !TryAppendNext(writer, records, ref commit))
            {
                done.TrySetResult();
            }
        };
        TryAppendNext(writer, records, ref commit);
        await done.Task;
        fixture.Disk.OnSync = null;
        await writer.DisposeAsync();
        images.Add(new Image(fixture.Capture(), Locate(fixture, records), records.Count, true));
        return images;
    }

    private static bool TryAppendNext(JournalWriter writer, List<Written> records, ref int commit)
    {
        if (commit == Commits.Length)
        {
            return false;
        }

        foreach (var _ in Commits[commit++])
        {
            records.Add(new Written(records.Count + 1, commit, "", 0, []));
            JournalFixture.Append(writer, Payload(records.Count));
        }

        return true;
    }

    /// <summary>The records that are in the files now, with their places.</summary>
    private static List<Written> Locate(JournalFixture fixture, List<Written> records)
    {
        var located = new List<Written>();
        var inspector = new JournalInspector(fixture.Path);
        while (inspector.TryRead(out var record))
        {
            var length = JournalFormat.Align(JournalFormat.HeaderBytes + record.Payload.Length);
            var bytes = File.ReadAllBytes(record.File).AsSpan((int)record.Offset, length).ToArray();
            located.Add(records[(int)record.Sequence - 1] with { File = record.File, Offset = (int)record.Offset, Bytes = bytes });
        }

        return located;
    }

    private static string Payload(int sequence) =>
        $"{sequence}" + new string('p', Commits.SelectMany(static lengths => lengths).ElementAt(sequence - 1));

    private static byte[] Changed(byte[] good, int from, int length, Change change)
    {
        var bad = (byte[])good.Clone();
        var end = Math.Min(from + length, bad.Length);
        if (end - from == length)
        {
            change(bad.AsSpan(from..end));
        }

        return bad;
    }

    private delegate void Change(Span<byte> bytes);

    private sealed record Written(int Sequence, int Commit, string File, int Offset, byte[] Bytes);

    private sealed record Image(Dictionary<string, byte[]> Segments, List<Written> Records, long Durable, bool IsClosed)
    {
        /// <summary>Where a recovery must refuse when a file reads so; null where it must take the first records instead.</summary>
        internal int? PlaceOfRefusal(string path, byte[] bad, out int kept)
        {
            kept = Records.Count;
            var good = Segments[path];
            var own = Records.Where(record => record.File == path).ToList();
            if (bad.AsSpan().CommonPrefixLength(good) < Math.Min(JournalFormat.HeaderBytes, good.Length))
            {
                return 0;
            }

            var lost = own.Find(record => !bad.AsSpan().Slice(Math.Min(record.Offset, bad.Length)).StartsWith(record.Bytes));
            var end = own.Count > 0 ? own[^1].Offset + own[^1].Bytes.Length : JournalFormat.HeaderBytes;
            if (bad.Length < good.Length)
            {
                return lost?.Offset ?? end;
            }

            if (lost is null)
            {
                return null;
            }

            // Proof that it was synced: another segment behind its own, or any whole record of a later commit, wherever it stands now.
            kept = lost.Sequence - 1;
            var isProven = string.CompareOrdinal(Segments.Keys.Max(StringComparer.Ordinal), path) > 0
                || own.Exists(record => record.Commit > lost.Commit && bad.AsSpan().IndexOf(record.Bytes) >= 0);
            return isProven ? lost.Offset : null;
        }
    }
}
