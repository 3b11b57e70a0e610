using System.Text;
using Lava.Core;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

public sealed class JournalInspectorTests
{
    private static readonly string Long = new('x', 1000);

    [Fact]
    public async Task Inspect_SoundJournal_CountsEverySegmentsRecords()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        for (var i = 1; i <= 9; i++)
        {
            JournalFixture.Append(writer, "held", JournalRecordType.Reserve, i);
            Assert.True(writer.TryAppend(Settle(i, debit: i), Encoding.UTF8.GetBytes(Long), out var ticket));
            await writer.WaitDurableAsync(ticket);
        }

        await writer.WaitDurableAsync(JournalFixture.Append(writer, "still open", JournalRecordType.Reserve, 99));
        var found = JournalInspector.Inspect(fixture.Path);

        Assert.Equal((1, 1L, 19L, JournalEnd.Clean), (found.NodeId, found.OldestSequence, found.LastSequence, found.End));
        Assert.Equal(fixture.Segments, found.Segments.Select(segment => segment.File));
        Assert.Equal(1, found.Segments[0].FirstSequence);
        Assert.Equal(
            found.Segments.SkipLast(1).Select(segment => segment.LastSequence + 1),
            found.Segments.Skip(1).Select(segment => segment.FirstSequence));
        Assert.All(found.Segments, segment => Assert.InRange(segment.UsedBytes, 65, segment.SegmentBytes));
        Assert.Equal(10, found.Segments.Sum(segment => segment.Count(JournalRecordType.Reserve)));
        Assert.Equal(9, found.Segments.Sum(segment => segment.Count(JournalRecordType.Settle)));
        Assert.Equal(45, found.Segments.Sum(segment => (long)segment.Debits));
        var hold = Assert.Single(found.OpenHolds);
        Assert.Equal((JournalFixture.Id(99), "still open"), (hold.Entry.HoldId, Encoding.UTF8.GetString(hold.Payload.Span)));
    }

    [Fact]
    public void Inspect_NoJournal_IsCleanAndEmpty()
    {
        var found = JournalInspector.Inspect("/nonexistent/journal");

        Assert.Equal((null, 1L, 0L, JournalEnd.Clean), (found.NodeId, found.OldestSequence, found.LastSequence, found.End));
        Assert.Empty(found.Segments);
    }

    [Fact]
    public async Task Inspect_DamageInTheMiddle_SaysWhereAndWhatStandsBehind()
    {
        using var fixture = new JournalFixture();
        await Write(fixture, 12);
        var path = fixture.Segments[1];
        Damage(path, 64 + 1064 + 10);

        var inspector = new JournalInspector(fixture.Path);
        var read = new List<(long Sequence, bool Behind)>();
        while (inspector.TryRead(out var record))
        {
            Assert.Equal($"{record.Sequence}" + Long[..^2], Encoding.UTF8.GetString(record.Payload)[..^(record.Sequence > 9 ? 0 : 1)]);
            read.Add((record.Sequence, record.IsBehindDamage));
        }

        var found = inspector.ToInspection();
        Assert.Equal(Enumerable.Range(1, 12).Where(i => i != 5).Select(i => ((long)i, i > 5)), read);
        Assert.Equal((JournalEnd.Damaged, 4L), (found.End, found.LastSequence));
        var damage = found.Damage!;
        Assert.Equal((path, 64L + 1064, 5L), (damage.File, damage.Offset, damage.Sequence));
        Assert.Equal((path, 64L + (2 * 1064), 6L, 7L), (damage.NextFile, damage.NextOffset, damage.NextSequence, damage.ReadableBehind));
        Assert.Contains("record 5", damage.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Inspect_HeaderDamaged_StillReadsTheRecordsBehindIt(int segment)
    {
        using var fixture = new JournalFixture();
        await Write(fixture, 12);
        Damage(fixture.Segments[segment], 20);

        var found = JournalInspector.Inspect(fixture.Path);

        // Three records to a segment.
        var bad = (segment * 3) + 1;
        Assert.Equal((fixture.Segments[segment], 0L, (long)bad), (found.Damage!.File, found.Damage.Offset, found.Damage.Sequence));
        Assert.Equal((bad - 1, bad), (found.LastSequence, segment == 0 ? 1 : found.Damage.NextSequence));
        Assert.Equal(segment == 0 ? 9 : 13 - bad, found.Damage.ReadableBehind);
    }

    [Fact]
    public async Task Inspect_SegmentMissing_SaysWhichRecordsAreLost()
    {
        using var fixture = new JournalFixture();
        await Write(fixture, 12);
        File.Delete(fixture.Segments[1]);

        var damage = JournalInspector.Inspect(fixture.Path).Damage!;

        Assert.Equal((4, 7, 6), (damage.Sequence, damage.NextSequence, damage.ReadableBehind));
    }

    [Fact]
    public async Task Inspect_UnfinishedAppend_IsTorn()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, [Long, Long]);
        await fixture.Kill(writer);
        using (var file = File.OpenWrite(fixture.Segments[0]))
        {
            file.Position = 64 + (2 * 1064);
            file.Write([100, 0, 0, 0, 1, 2, 3]);
        }

        var found = JournalInspector.Inspect(fixture.Path);

        Assert.Equal((JournalEnd.Torn, 2L, 64L + (2 * 1064)), (found.End, found.LastSequence, found.EndOffset));
        Assert.Null(found.Damage);
    }

    [Fact]
    public async Task Inspect_WhileAServerAppendsAndDeletes_NeverSeesDamage()
    {
        using var fixture = new JournalFixture(segmentBytes: 64 * 1024);
        await using var writer = fixture.Open();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var ticket = JournalFixture.Append(writer, $"{i}" + Long[..(i % 900)]);
                if (i % 5 == 0)
                {
                    await writer.WaitDurableAsync(ticket);
                    writer.Confirm(Math.Max(0, writer.DurableSequence - 500));
                }
            }
        });
        await JournalFixture.Until(() => writer.OldestSequence > 1);
        for (var round = 0; round < 100; round++)
        {
            var durable = writer.DurableSequence;
            var inspector = new JournalInspector(fixture.Path);
            long last = 0;
            while (inspector.TryRead(out var record))
            {
                Assert.True(record.Sequence > last && !record.IsBehindDamage);
                last = record.Sequence;
            }

            Assert.NotEqual(JournalEnd.Damaged, inspector.ToInspection().End);
            Assert.True(last >= durable);
        }

        await stop.CancelAsync();
        await writing;
    }

    private static JournalEntry Settle(int id, long debit) =>
        new(JournalRecordType.Settle, JournalFixture.Id(id), 1, new Money(10), new Money(debit));

    private static async Task Write(JournalFixture fixture, int records)
    {
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Range(1, records).Select(i => $"{i}" + Long[..^2] + (i > 9 ? "" : "x")));
    }

    private static void Damage(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
