using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>Every way in which the end of a journal can be cut short or damaged: an exact prefix, or a refusal.</summary>
public sealed class TornTailTests
{
    private const int Header = 64;

    /// <summary>How bytes go wrong.</summary>
    public enum Fault
    {
        Zero,
        Flip,
    }

    [Theory]
    [InlineData(Fault.Zero)]
    [InlineData(Fault.Flip)]
    public async Task Recover_LastRecordTornAtAnyByte_KeepsTheRecordsBeforeAndGoesOn(Fault fault)
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await Write(fixture, "first", "second", "the last one");
        var path = fixture.Segments[0];
        var good = File.ReadAllBytes(path);
        var start = Header + 72 + 72;
        for (var at = start; at < start + 80; at++)
        {
            var bad = Damage(good, at, fault, good.Length);
            File.WriteAllBytes(path, bad);
            var whole = bad.AsSpan(start, Math.Max(0, Math.Min(80, bad.Length - start))).SequenceEqual(good.AsSpan(start, 80));
            string[] prefix = whole ? ["first", "second", "the last one"] : ["first", "second"];
            Assert.Equal(prefix, fixture.ReadAll());

            await Write(fixture, "after");
            Assert.Equal([.. prefix, "after"], fixture.ReadAll());
            Assert.Equal(good.Length, new FileInfo(path).Length);
        }
    }

    [Theory]
    [InlineData(Fault.Zero)]
    [InlineData(Fault.Flip)]
    public async Task Recover_RecordOfAnEarlierCommitDamagedAtAnyByte_Refuses(Fault fault)
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await Write(fixture, "first", "second!!", "the last one");
        var path = fixture.Segments[0];
        var good = File.ReadAllBytes(path);
        for (var at = Header; at < Header + 72 + 72; at++)
        {
            var bad = Damage(good, at, fault, at + 1);
            if (!bad.AsSpan().SequenceEqual(good))
            {
                File.WriteAllBytes(path, bad);
                var error = Assert.Throws<JournalCorruptException>(fixture.ReadAll);
                Assert.Equal(path, error.File);
            }
        }
    }

    [Fact]
    public async Task Recover_HoleInALaterCommit_DropsThatCommitsRestAndOverwritesIt()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await WriteOneCommit(fixture, "one", "two", "three");
        var path = fixture.Segments[0];
        var bytes = File.ReadAllBytes(path);

        // "two" never reached the disk, "three" did: nobody was told of either.
        bytes.AsSpan(Header + 72 + 72, 72).Clear();
        File.WriteAllBytes(path, bytes);
        Assert.Equal(["warm", "one"], fixture.ReadAll());

        await Write(fixture, "two, again");
        Assert.Equal(["warm", "one", "two, again"], fixture.ReadAll());
    }

    [Fact]
    public async Task Recover_EndOfAnEarlierSegmentDamaged_Refuses()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await Write(fixture, [.. Enumerable.Repeat(new string('s', 900), 10)]);
        var path = fixture.Segments[1];
        var bytes = File.ReadAllBytes(path);
        bytes[Header + 500] ^= 4;
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<JournalCorruptException>(fixture.ReadAll);
        Assert.Equal((path, Header), (error.File, error.Offset));
    }

    [Fact]
    public async Task Recover_AnyByteDamagedAfterACleanClose_Refuses()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, ["first", "second!!", "the last one"]);
        }

        var path = fixture.Segments[0];
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < Header + 72 + 72 + 80; at++)
        {
            File.WriteAllBytes(path, Damage(good, at, Fault.Flip, at + 1));
            Assert.Equal(path, Assert.Throws<JournalCorruptException>(fixture.ReadAll).File);
        }
    }

    [Fact]
    public async Task Recover_SegmentMissingInTheMiddle_Refuses()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await Write(fixture, [.. Enumerable.Repeat(new string('s', 900), 10)]);
        File.Delete(fixture.Segments[1]);

        Assert.Throws<JournalCorruptException>(fixture.ReadAll);
    }

    [Fact]
    public async Task Recover_HeaderDamagedAtAnyByte_Refuses()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await Write(fixture, "a");
        var path = fixture.Segments[0];
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < Header; at++)
        {
            File.WriteAllBytes(path, Damage(good, at, Fault.Flip, at + 1));
            Assert.Throws<JournalCorruptException>(fixture.ReadAll);
        }
    }

    [Fact]
    public async Task Recover_RecordOfAnotherJournalBehindTheLast_IsNotTaken()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        using var other = new JournalFixture();
        await Write(fixture, "a", "b");
        await Write(other, "x", "y", "z");
        var path = fixture.Segments[0];
        var bytes = File.ReadAllBytes(path);
        File.ReadAllBytes(other.Segments[0]).AsSpan(Header + 72 + 72, 72).CopyTo(bytes.AsSpan(Header + 72 + 72));
        File.WriteAllBytes(path, bytes);

        Assert.Equal(["a", "b"], fixture.ReadAll());
    }

    [Fact]
    public async Task Recover_SegmentOfAnotherJournal_Refuses()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        using var other = new JournalFixture();
        string[] payloads = [.. Enumerable.Repeat(new string('s', 900), 10)];
        await Write(fixture, payloads);
        await Write(other, payloads);
        File.Copy(other.Segments[^1], fixture.Segments[^1], overwrite: true);

        Assert.Throws<JournalCorruptException>(fixture.ReadAll);
    }

    [Fact]
    public async Task Recover_SpareLeftByACrash_IsIgnored()
    {
        using var fixture = new JournalFixture { Disk = { SkipsSync = true } };
        await Write(fixture, "a");
        File.WriteAllText(Path.Combine(fixture.Path, "spare.tmp"), "half a segment");

        await Write(fixture, "b");
        Assert.Equal(["a", "b"], fixture.ReadAll());
    }

    /// <summary>Each payload a commit of its own, by a process that is killed then.</summary>
    private static async Task Write(JournalFixture fixture, params string[] payloads)
    {
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, payloads);
        await fixture.Kill(writer);
    }

    /// <summary>A first commit "warm", then all payloads in one write and one sync.</summary>
    private static async Task WriteOneCommit(JournalFixture fixture, params string[] payloads)
    {
        var writer = fixture.Open();
        fixture.Disk.Hold();
        JournalFixture.Append(writer, "warm");
        await JournalFixture.Until(() => fixture.Disk.IsWaiting);
        var tickets = Array.ConvertAll(payloads, payload => JournalFixture.Append(writer, payload));
        fixture.Disk.Release();
        await writer.WaitDurableAsync(tickets[^1]);
        await fixture.Kill(writer);
    }

    private static byte[] Damage(byte[] good, int from, Fault fault, int to)
    {
        var bad = (byte[])good.Clone();
        if (fault == Fault.Zero)
        {
            bad.AsSpan(from..Math.Min(to, bad.Length)).Clear();
        }
        else
        {
            bad[from] ^= 0x10;
        }

        return bad;
    }
}
