using System.Text;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

public sealed class JournalCutTests
{
    private const int Records = 12;

    // Three records of 1064 bytes to a segment of 4 KiB.
    private const int PerSegment = 3;

    private static readonly Lazy<Task<List<(string Name, byte[] Bytes)>>> Recorded = new(RecordAsync);

    public static TheoryData<string> Damages => [.. All.Keys];

    private static Dictionary<string, Action<JournalFixture>> All { get; } = MakeDamages();

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Run_AnyDamageAtAnyPosition_StartsAgainAndLosesOnlyWhatItSays(string damage)
    {
        for (var applied = 0; applied <= Records; applied++)
        {
            using var fixture = await DamagedAsync(damage);
            var (kept, lost, unreadable) = Cut(fixture, applied);

            // Every record after PostgreSQL's position is in exactly one of the three.
            Assert.Equal(
                Enumerable.Range(applied + 1, Records - applied).Select(i => (long)i), kept.Concat(lost).Concat(unreadable).Order());
            await using (var writer = JournalWriter.Open(fixture.Options, fixture.Recover(applied), fixture.Failures.Add, fixture.Disk))
            {
                await JournalFixture.AppendDurably(writer, ["after the cut"]);
            }

            Assert.Equal([.. kept.Select(Payload), "after the cut"], Tail(fixture, applied).ConvertAll(record => record.Payload));
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Run_CrashedAtAnyStep_IsRefusedOrDoneAndCanBeRunAgain(string damage)
    {
        foreach (var applied in (int[])[0, 7, Records])
        {
            using var whole = await DamagedAsync(damage);
            var expected = Cut(whole, applied).Kept;
            for (var steps = 0; ; steps++)
            {
                using var fixture = await DamagedAsync(damage);
                using (var cut = JournalCut.Open(fixture.Options, applied, CrashingDisk(steps)))
                {
                    if (Record.Exception(cut.Run) is null)
                    {
                        break;
                    }
                }

                // What starts has at least what the whole cut would have kept: a crash may leave more of it.
                if (Record.Exception(() => fixture.Recover(applied)) is null)
                {
                    Assert.Superset(expected.ToHashSet(), Tail(fixture, applied).Select(record => record.Sequence).ToHashSet());
                    continue;
                }

                Cut(fixture, applied);
                Assert.Superset(expected.ToHashSet(), Tail(fixture, applied).Select(record => record.Sequence).ToHashSet());
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(41)]
    public async Task Run_JournalLost_StartsBehindPostgres(int applied)
    {
        using var fixture = new JournalFixture();
        if (applied > 0)
        {
            using var cut = JournalCut.Open(fixture.Options, applied);
            cut.Run();
            Assert.Equal(applied, cut.LastSequence);
        }

        await using var writer = JournalWriter.Open(fixture.Options, fixture.Recover(applied), fixture.Failures.Add);
        await JournalFixture.AppendDurably(writer, ["a"]);
        Assert.Equal(applied + 1, writer.DurableSequence);
    }

    [Fact]
    public async Task Open_NothingToCut_Throws()
    {
        using var fixture = new JournalFixture();
        await WriteAsync(fixture);

        var error = Assert.Throws<JournalException>(() => JournalCut.Open(fixture.Options, 5));
        Assert.Contains("nothing to cut", error.Message);
    }

    [Fact]
    public async Task Open_WhileAServerHasIt_Throws()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();

        var error = Assert.Throws<JournalException>(() => JournalCut.Open(fixture.Options, 5));
        Assert.Contains("Another process", error.Message);
    }

    [Fact]
    public async Task Open_OfAnotherNodeOrAfterAGap_Throws()
    {
        using var fixture = await DamagedAsync("record 8");

        Assert.Throws<JournalMismatchException>(() => JournalCut.Open(fixture.Options with { NodeId = 2 }, 5));
        File.Delete(fixture.Segments[0]);
        Assert.Throws<JournalMismatchException>(() => JournalCut.Open(fixture.Options, 2));
    }

    [Fact]
    public async Task Open_ChangesNothing()
    {
        using var fixture = await DamagedAsync("record 8");
        var before = Snapshot(fixture);

        JournalCut.Open(fixture.Options, 5).Dispose();

        Assert.Equal(before, Snapshot(fixture));
    }

    [Fact]
    public async Task Run_EveryMovedFile_KeepsItsBytes()
    {
        using var fixture = await DamagedAsync("record 5");
        var before = fixture.Segments[1..].Select(File.ReadAllBytes).ToList();
        using var cut = JournalCut.Open(fixture.Options, 2);
        Assert.Equal(fixture.Segments[1..], cut.Moved);

        var folder = cut.Run();

        Assert.Equal(Path.Combine(fixture.Path, "damaged-5"), folder);
        Assert.Equal(before, Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task LostHolds_CallsThatOnlyTheDroppedPartSpeaksOf_AreNamed()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            JournalFixture.Append(writer, "early", JournalRecordType.Reserve, 1);
            JournalFixture.Append(writer, "goes on", JournalRecordType.Reserve, 2);
            await JournalFixture.AppendDurably(writer, Enumerable.Range(3, 6).Select(i => Payload(i)));
            await writer.WaitDurableAsync(JournalFixture.Append(writer, "still", JournalRecordType.Progress, 2));
        }

        Flip(fixture.Segments[0], 64 + 72 + 72 + 5);
        using var cut = JournalCut.Open(fixture.Options, 5);

        Assert.Equal(JournalFixture.Id(1), Assert.Single(cut.LostHolds).Entry.HoldId);
        cut.Run();
        Assert.Equal(JournalFixture.Id(2), Assert.Single(fixture.Recover(5).OpenHolds).Entry.HoldId);
    }

    private static (List<long> Kept, List<long> Lost, List<long> Unreadable) Cut(JournalFixture fixture, int applied)
    {
        Assert.ThrowsAny<JournalException>(() => fixture.Recover(applied));
        List<long> lost = [];
        var unreadable = Enumerable.Range(applied + 1, Records - applied).Select(i => (long)i).ToList();
        using (var cut = JournalCut.Open(fixture.Options, applied, fixture.Disk))
        {
            var inspector = new JournalInspector(fixture.Path);
            while (inspector.TryRead(out var record))
            {
                Assert.Equal(Payload(record.Sequence), Encoding.UTF8.GetString(record.Payload));
                unreadable.Remove(record.Sequence);
                if (cut.Loses(record))
                {
                    lost.Add(record.Sequence);
                }
            }

            cut.Run();
            Assert.Equal(cut.LastSequence, fixture.Recover(applied).LastSequence);
        }

        return (Tail(fixture, applied).ConvertAll(record => record.Sequence), lost, unreadable);
    }

    private static List<(JournalEntry Entry, long Sequence, string Payload)> Tail(JournalFixture fixture, int applied)
    {
        var tail = new List<(JournalEntry, long, string)>();
        fixture.Recover(applied, tail);
        return tail;
    }

    private static async Task<JournalFixture> DamagedAsync(string damage)
    {
        var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        foreach (var (name, bytes) in await Recorded.Value)
        {
            File.WriteAllBytes(Path.Combine(fixture.Path, name), bytes);
        }

        All[damage](fixture);
        return fixture;
    }

    private static async Task<List<(string Name, byte[] Bytes)>> RecordAsync()
    {
        using var fixture = new JournalFixture();
        await WriteAsync(fixture);
        return [.. fixture.Segments.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
    }

    private static async Task WriteAsync(JournalFixture fixture)
    {
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Range(1, Records).Select(i => Payload(i)));
    }

    private static string Payload(long sequence) => $"{sequence:D2}" + new string('x', 998);

    private static Dictionary<string, Action<JournalFixture>> MakeDamages()
    {
        var all = new Dictionary<string, Action<JournalFixture>>();
        for (var i = 1; i < Records; i++)
        {
            var (segment, at) = ((i - 1) / PerSegment, 64 + ((i - 1) % PerSegment * 1064));
            all[$"record {i}"] = fixture => Flip(fixture.Segments[segment], at + 100);
        }

        for (var i = 0; i < Records / PerSegment; i++)
        {
            var segment = i;
            all[$"header {i}"] = fixture => Flip(fixture.Segments[segment], 9);
            all[$"length {i}"] = fixture => Shorten(fixture.Segments[segment], 1500);
            if (i is > 0 and < 3)
            {
                all[$"gone {i}"] = fixture => File.Delete(fixture.Segments[segment]);
            }
        }

        return all;
    }

    private static void Shorten(string path, int length) => File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);

    private static void Flip(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static IEnumerable<(string, string)> Snapshot(JournalFixture fixture) =>
        [.. fixture.Segments.Select(path => (path, Convert.ToHexString(File.ReadAllBytes(path))))];

    /// <summary>Ends the process, so to speak, after a number of steps.</summary>
    private static FaultyDisk CrashingDisk(int steps) => new()
    {
        SkipsSync = true,
        OnNamesSynced = () =>
        {
            if (--steps < 0)
            {
                throw new InvalidOperationException("The process ends here.");
            }
        },
    };
}
