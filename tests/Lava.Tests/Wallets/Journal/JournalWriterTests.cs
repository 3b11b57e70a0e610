using System.Collections.Concurrent;
using System.Text;
using Lava.Core;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

public sealed class JournalWriterTests
{
    [Fact]
    public async Task Append_ThenRecover_ReturnsEveryFieldInOrder()
    {
        using var fixture = new JournalFixture();
        var reserve = new JournalEntry(JournalRecordType.Reserve, JournalFixture.Id(1), 3, new Money(500), Money.Zero);
        var settle = new JournalEntry(JournalRecordType.Settle, JournalFixture.Id(1), 3, new Money(500), new Money(123));
        await using (var writer = fixture.Open())
        {
            writer.TryAppend(reserve, "hold"u8, out _);
            writer.TryAppend(settle, ""u8, out var ticket);
            await writer.WaitDurableAsync(ticket);
        }

        var tail = new List<(JournalEntry, long, string)>();
        var recovered = fixture.Recover(0, tail);

        Assert.Equal([(reserve, 1L, "hold"), (settle, 2L, "")], tail);
        Assert.Equal(2, recovered.LastSequence);
        Assert.Empty(recovered.OpenHolds);
    }

    [Fact]
    public async Task Append_ReservesThatNobodyWaitsFor_BecomeDurableAllTheSame()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        for (var i = 1; i <= 20; i++)
        {
            // Each finds the thread asleep, napping or awake, as it happens.
            var reserve = new JournalEntry(JournalRecordType.Reserve, JournalFixture.Id(i), 3, new Money(500), Money.Zero);
            Assert.True(writer.TryAppend(reserve, "hold"u8, out _));
            await writer.WaitForMoreAsync(i - 1, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(20, writer.DurableSequence);
    }

    [Fact]
    public async Task WaitDurable_ManyAtOnce_GoOnWhenTheirRecordsAreOnDisk_OnThePoolOrWhereTheyWere()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        var ended = await Task.WhenAll(Enumerable.Range(1, 500).Select(async i =>
        {
            var settle = new JournalEntry(JournalRecordType.Settle, JournalFixture.Id(i), 3, Money.Zero, new Money(1));
            Assert.True(writer.TryAppend(settle, "end"u8, out var ticket));
            var caller = Environment.CurrentManagedThreadId;
            await writer.WaitDurableAsync(ticket).ConfigureAwait(false);

            // Where it is on disk already there is nothing to wait for: the caller goes on.
            var isElsewhere = Environment.CurrentManagedThreadId == caller || Thread.CurrentThread.IsThreadPoolThread;
            return writer.IsDurable(ticket) && isElsewhere;
        }));

        Assert.All(ended, Assert.True);
        Assert.Equal(500, writer.DurableSequence);
    }

    [Fact]
    public async Task Append_OverManySegments_KeepsOneChain()
    {
        using var fixture = new JournalFixture();
        var payloads = Enumerable.Range(0, 500).Select(i => $"record {i} " + new string('x', i % 300)).ToList();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, payloads);
            Assert.Equal(500, writer.DurableSequence);
        }

        Assert.True(fixture.Segments.Length > 20);
        Assert.Equal(payloads, fixture.ReadAll());
    }

    [Fact]
    public async Task Append_WithoutWaiting_CrossesLapsAndSegmentsInOneCommit()
    {
        using var fixture = new JournalFixture(ringBytes: 16 * 1024);
        var payloads = Enumerable.Range(0, 3000).Select(i => $"{i}" + new string('y', i * 7 % 900)).ToList();
        await using (var writer = fixture.Open())
        {
            payloads.ForEach(payload => JournalFixture.Append(writer, payload));
        }

        Assert.Equal(payloads, fixture.ReadAll());
    }

    [Fact]
    public async Task Open_AfterAKill_GoesOnInTheSameSegment()
    {
        using var fixture = new JournalFixture(segmentBytes: 64 * 1024);
        for (var round = 0; round < 5; round++)
        {
            var writer = fixture.Open();
            await JournalFixture.AppendDurably(writer, [$"round {round}"]);
            await fixture.Kill(writer);
        }

        Assert.Single(fixture.Segments);
        Assert.Equal(["round 0", "round 1", "round 2", "round 3", "round 4"], fixture.ReadAll());
    }

    [Fact]
    public async Task Close_WithRecords_SealsThemByASegmentThatTheNextStartGoesOnIn()
    {
        using var fixture = new JournalFixture(segmentBytes: 64 * 1024);
        for (var round = 0; round < 3; round++)
        {
            await using var writer = fixture.Open();
            Assert.Equal(round + 1, fixture.Segments.Length);
            await JournalFixture.AppendDurably(writer, [$"round {round}"]);
        }

        Assert.Equal(["round 0", "round 1", "round 2"], fixture.ReadAll());
    }

    [Fact]
    public async Task Close_WithoutRecords_AddsNoSegment()
    {
        using var fixture = new JournalFixture();
        for (var round = 0; round < 5; round++)
        {
            await using var writer = fixture.Open();
        }

        Assert.Single(fixture.Segments);
    }

    [Fact]
    public async Task Open_WhileAnotherHasIt_Throws()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();

        var error = Assert.Throws<JournalException>(fixture.Open);
        Assert.Contains("Another process", error.Message);
    }

    [Fact]
    public async Task Open_WithAnOldRecovery_Throws()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, ["a"]);
        }

        var old = fixture.Recover();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, ["b"]);
        }

        Assert.Throws<JournalException>(() => JournalWriter.Open(fixture.Options, old, fixture.Failures.Add));
        Assert.Equal(["a", "b"], fixture.ReadAll());
    }

    [Fact]
    public async Task Open_AsAnotherNode_Throws()
    {
        using var fixture = new JournalFixture();
        await using (fixture.Open())
        {
        }

        fixture.Options = fixture.Options with { NodeId = 2 };
        Assert.Throws<JournalMismatchException>(fixture.Open);
    }

    [Fact]
    public async Task Open_LeavesNoSpareBehind_WhenClosed()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, ["a"]);
        }

        Assert.Equal(["lock"], Directory.GetFiles(fixture.Path).Select(Path.GetFileName).Where(name => !name!.EndsWith(".journal")));
    }

    [Fact]
    public async Task WaitDurable_WhileTheDiskIsBusy_CompletesOnlyAfterItsSync()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, ["warm"]);
        fixture.Disk.Hold();
        var first = JournalFixture.Append(writer, "first");
        await JournalFixture.Until(() => fixture.Disk.IsWaiting);
        var later = Enumerable.Range(0, 20).Select(i => JournalFixture.Append(writer, $"later {i}")).ToList();

        var wait = writer.WaitDurableAsync(first);
        Assert.False(wait.IsCompleted);
        Assert.False(writer.IsDurable(first));
        Assert.Equal(1, writer.DurableSequence);

        var syncs = fixture.Disk.Syncs;
        fixture.Disk.Release();
        await wait;
        Assert.True(writer.IsDurable(first));
        await writer.WaitDurableAsync(later[^1]);

        // The first alone, then all that came while it was written, together.
        Assert.Equal(syncs + 2, fixture.Disk.Syncs);
        Assert.Equal(22, writer.DurableSequence);
    }

    [Fact]
    public async Task TryAppend_ManyThreads_GivesEachRecordOnceInTheOrderOfItsTicket()
    {
        const int Writers = 16;
        const int Records = 2000;
        using var fixture = new JournalFixture(segmentBytes: 1 << 20, ringBytes: 32 * 1024);
        var tickets = new ConcurrentDictionary<string, long>();
        await using (var writer = fixture.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
            {
                for (var i = 0; i < Records; i++)
                {
                    var payload = $"{w}/{i}" + new string('z', (w * 31 + i) % 200);
                    var ticket = JournalFixture.Append(writer, payload);
                    tickets[payload] = ticket;
                    if (i % 10 == 0)
                    {
                        await writer.WaitDurableAsync(ticket);
                        Assert.True(writer.IsDurable(ticket));
                    }
                }
            })));
        }

        var read = fixture.ReadAll();
        Assert.Equal(Writers * Records, read.Count);
        Assert.Equal(tickets.OrderBy(pair => pair.Value).Select(pair => pair.Key), read);
    }

    [Fact]
    public async Task WaitDurable_AfterClose_IsDone()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        var ticket = JournalFixture.Append(writer, "last");
        await writer.DisposeAsync();

        await writer.WaitDurableAsync(ticket);
        Assert.False(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Settle, Guid.Empty), default, out _));
        Assert.Equal(["last"], fixture.ReadAll());
    }

    [Fact]
    public async Task TryAppend_RingNearlyFull_RefusesReservesAndSettlementsWait()
    {
        using var fixture = new JournalFixture(segmentBytes: 64 * 1024, ringBytes: 4096);
        await using var writer = fixture.Open();
        fixture.Disk.Hold();
        var reserves = 0;
        while (writer.TryAppend(JournalFixture.Entry(JournalRecordType.Reserve, JournalFixture.Id(reserves)), default, out _))
        {
            reserves++;
        }

        Assert.InRange(reserves, 1, 3072 / 64);
        var settled = 0;
        for (; settled < 1024 / 64; settled++)
        {
            JournalFixture.Append(writer, "");
        }

        var waiting = Task.Factory.StartNew(() => JournalFixture.Append(writer, "waited"), TaskCreationOptions.LongRunning);
        await JournalFixture.Until(() => fixture.Disk.IsWaiting);
        Assert.False(waiting.IsCompleted);
        fixture.Disk.Release();

        await writer.WaitDurableAsync(await waiting);
        Assert.Equal(reserves + settled + 1, writer.DurableSequence);
    }

    [Fact]
    public async Task TryAppend_AtTheSizeLimit_RefusesReservesUntilConfirmed()
    {
        using var fixture = new JournalFixture();
        fixture.Options = fixture.Options with { SizeLimitBytes = 4 * 4096 };
        await using var writer = fixture.Open();
        var reserve = JournalFixture.Entry(JournalRecordType.Reserve, JournalFixture.Id(99));
        while (writer.AdmitsReserves)
        {
            await JournalFixture.AppendDurably(writer, [new string('s', 500)]);
            Assert.True(writer.SizeBytes < 5 * 4096);
        }

        Assert.False(writer.TryAppend(reserve, default, out _));
        await JournalFixture.AppendDurably(writer, ["a settlement lands"]);

        writer.Confirm(writer.DurableSequence);

        Assert.True(writer.TryAppend(reserve, default, out _));
    }

    [Fact]
    public async Task Confirm_SegmentsWithOpenHolds_KeepsThemAndAllAfterThem()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('a', 1000), 6));
        JournalFixture.Append(writer, "open", JournalRecordType.Reserve, 7);
        await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('b', 1000), 20));
        Assert.Equal(1, writer.OpenHolds);

        writer.Confirm(writer.DurableSequence);

        // Record 7 is the hold: its segment stays, those before it go.
        Assert.InRange(writer.OldestSequence, 2, 7);
        var result = fixture.Recover(writer.DurableSequence);
        Assert.Equal("open", Encoding.UTF8.GetString(Assert.Single(result.OpenHolds).Payload.Span));

        await writer.WaitDurableAsync(JournalFixture.Append(writer, "end", JournalRecordType.Void, 7));
        Assert.Equal(0, writer.OpenHolds);
        writer.Confirm(writer.DurableSequence);
        Assert.Single(fixture.Segments);
        Assert.Equal(28, fixture.Recover(28).LastSequence);
    }

    [Fact]
    public async Task Confirm_InTheMiddleOfASegment_KeepsIt()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('a', 1000), 9));
        var before = fixture.Segments;

        writer.Confirm(2);
        Assert.Equal(before, fixture.Segments);
        writer.Confirm(3);
        Assert.Equal(before[1..], fixture.Segments);
        Assert.Equal(4, writer.OldestSequence);
    }

    [Fact]
    public async Task Confirm_AfterARestart_KnowsTheHoldsOfBefore()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            JournalFixture.Append(writer, "open", JournalRecordType.Reserve, 7);
            await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('b', 1000), 9));
        }

        await using (var writer = fixture.Open())
        {
            Assert.Equal(1, writer.OpenHolds);
            writer.Confirm(writer.DurableSequence);
            Assert.Equal(1, writer.OldestSequence);
            await writer.WaitDurableAsync(JournalFixture.Append(writer, "end", JournalRecordType.Settle, 7));
            writer.Confirm(writer.DurableSequence);
            Assert.True(writer.OldestSequence > 1);
        }
    }

    [Fact]
    public async Task Confirm_MoreThanIsDurable_Throws()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Confirm(1));
    }

    [Fact]
    public async Task WaitForMore_Cancelled_Throws()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        using var cancel = new CancellationTokenSource();
        var wait = writer.WaitForMoreAsync(0, cancel.Token);
        Assert.False(wait.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task TryAppend_PayloadTooLong_Throws()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        var payload = new byte[fixture.Options.MaxPayloadBytes + 1];

        Assert.Throws<ArgumentOutOfRangeException>(
            () => writer.TryAppend(JournalFixture.Entry(JournalRecordType.Settle, Guid.Empty), payload, out _));
        JournalFixture.Append(writer, new string('m', payload.Length - 1));
    }
}
