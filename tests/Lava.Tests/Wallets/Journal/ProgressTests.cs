using System.Text;
using Lava.Core;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>A PROGRESS stands for its RESERVE: in what a restart finds, and in what keeps a segment from being deleted.</summary>
public sealed class ProgressTests
{
    private const int Long = 1;

    // Three of them fill a segment of 4 KiB.
    private static readonly string Filler = new('f', 1000);

    [Fact]
    public async Task Confirm_ProgressInALaterSegment_LetsTheReservesGoAndRecoveryStillFindsTheHold()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await BeginAsync(writer);
        await ProgressAsync(writer, used: 3, "so far");
        await FillAsync(writer, 3);
        writer.Confirm(writer.DurableSequence);
        Assert.InRange(writer.OldestSequence, 2, 8);
        var applied = writer.DurableSequence;
        await fixture.Kill(writer);

        AssertOpen(fixture, applied, used: 3, "so far");
    }

    [Fact]
    public async Task Confirm_OneHoldOpenForEver_TheJournalStaysSmall()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await BeginAsync(writer);
        for (var round = 1; round <= 50; round++)
        {
            await FillAsync(writer, 5);
            await ProgressAsync(writer, used: round, $"round {round}");
            writer.Confirm(writer.DurableSequence);
            Assert.Equal(1, writer.OpenHolds);
            Assert.InRange(fixture.Segments.Length, 1, 2);
        }

        await fixture.Kill(writer);
        AssertOpen(fixture, applied: 0, used: 50, "round 50", fromOldest: true);
    }

    [Fact]
    public async Task Confirm_HoldWithoutProgress_KeepsEverythingSinceItsReserve()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await BeginAsync(writer);
        await FillAsync(writer, 30);

        writer.Confirm(writer.DurableSequence);

        Assert.Equal(1, writer.OldestSequence);
        Assert.True(fixture.Segments.Length > 5);
    }

    [Theory]
    [InlineData(JournalRecordType.Settle)]
    [InlineData(JournalRecordType.Void)]
    public async Task End_AfterManyProgress_LeavesNoHoldAndChargesOnce(JournalRecordType end)
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await BeginAsync(writer);
        for (var i = 1; i <= 20; i++)
        {
            await ProgressAsync(writer, used: i, Filler);
        }

        var debit = end == JournalRecordType.Settle ? 21 : 0;
        writer.TryAppend(JournalFixture.Entry(end, JournalFixture.Id(Long), 100, debit), "end"u8, out var ticket);
        await writer.WaitDurableAsync(ticket);
        Assert.Equal(0, writer.OpenHolds);
        await FillAsync(writer, 3);
        await fixture.Kill(writer);

        using var store = new WalletStore(2);
        store.Open(1, Money.Zero, WalletBalance.NoFloor);
        Assert.Empty(WalletRecovery.Recover(fixture.Path, 0, store, static (in _, _, _) => { }).OpenHolds);
        Assert.True(store.TryRead(1, out var balance));
        Assert.Equal(new Money(-debit), balance.Posted);

        await using var again = fixture.Open();
        again.Confirm(again.DurableSequence);
        Assert.Single(fixture.Segments);
    }

    [Fact]
    public async Task Restart_BetweenReserveProgressAndEnd_CountsTheHoldInTheSegmentOfItsLastRecord()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await BeginAsync(writer);
        await FillAsync(writer, 6);
        writer = await RestartAsync(fixture, writer);
        writer.Confirm(writer.DurableSequence);
        Assert.Equal((1, 1), (writer.OpenHolds, writer.OldestSequence));

        await ProgressAsync(writer, used: 7, "after the restart");
        writer.Confirm(writer.DurableSequence);
        var oldest = writer.OldestSequence;
        Assert.True(oldest > 1);

        await FillAsync(writer, 6);
        writer = await RestartAsync(fixture, writer, applied: oldest);
        writer.Confirm(writer.DurableSequence);
        Assert.Equal((1, oldest), (writer.OpenHolds, writer.OldestSequence));

        writer.TryAppend(JournalFixture.Entry(JournalRecordType.Settle, JournalFixture.Id(Long), 100, 7), default, out var ticket);
        await writer.WaitDurableAsync(ticket);
        writer.Confirm(writer.DurableSequence);
        Assert.Equal(0, writer.OpenHolds);
        Assert.Single(fixture.Segments);
        await writer.DisposeAsync();
    }

    [Fact]
    public async Task Progress_InTheSameCommitAsItsEnd_LeavesNoHold()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        fixture.Disk.Hold();
        JournalFixture.Append(writer, "warm");
        await JournalFixture.Until(() => fixture.Disk.IsWaiting);
        foreach (var type in (JournalRecordType[])[JournalRecordType.Reserve, JournalRecordType.Progress, JournalRecordType.Settle])
        {
            JournalFixture.Append(writer, type.ToString(), type, Long);
        }

        fixture.Disk.Release();
        await JournalFixture.Until(() => writer.DurableSequence == 4);

        Assert.Equal(0, writer.OpenHolds);
    }

    private static void AssertOpen(JournalFixture fixture, long applied, int used, string payload, bool fromOldest = false)
    {
        var hold = Assert.Single(fixture.Recover(fromOldest ? JournalInspector.Inspect(fixture.Path).OldestSequence : applied).OpenHolds);
        Assert.Equal(JournalFixture.Entry(JournalRecordType.Progress, JournalFixture.Id(Long), 100, used), hold.Entry);
        Assert.Equal(payload, Encoding.UTF8.GetString(hold.Payload.Span));
    }

    private static async Task<JournalWriter> RestartAsync(JournalFixture fixture, JournalWriter writer, long applied = 0)
    {
        await fixture.Kill(writer);
        return JournalWriter.Open(fixture.Options, fixture.Recover(applied), fixture.Failures.Add, fixture.Disk);
    }

    private static async Task BeginAsync(JournalWriter writer)
    {
        Assert.True(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Reserve, JournalFixture.Id(Long), 100), default, out _));
        await FillAsync(writer, 5);
    }

    private static async Task ProgressAsync(JournalWriter writer, int used, string payload)
    {
        var entry = JournalFixture.Entry(JournalRecordType.Progress, JournalFixture.Id(Long), 100, used);
        Assert.True(writer.TryAppend(entry, Encoding.UTF8.GetBytes(payload), out var ticket));
        await writer.WaitDurableAsync(ticket);
    }

    private static Task FillAsync(JournalWriter writer, int records) =>
        JournalFixture.AppendDurably(writer, Enumerable.Repeat(Filler, records));
}
