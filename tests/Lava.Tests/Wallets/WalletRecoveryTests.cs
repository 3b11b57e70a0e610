using System.Text;
using Lava.Core;
using Lava.Tests.Wallets.Journal;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets;

public sealed class WalletRecoveryTests
{
    [Fact]
    public async Task Recover_AppliedInTheMiddle_TakesOnlyLaterDebits()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            for (var i = 1; i <= 40; i++)
            {
                Append(writer, JournalRecordType.Reserve, i, held: 100, debit: 0, wallet: i % 2);
                Append(writer, JournalRecordType.Settle, i, held: 100, debit: i, wallet: i % 2);
            }
        }

        for (var applied = 0; applied <= 80; applied++)
        {
            using var store = TwoWallets();
            long first = 0;
            var result = WalletRecovery.Recover(
                fixture.Path, applied, store, (in _, sequence, _) => first = first == 0 ? sequence : first);

            // Call i settles with record 2i.
            Assert.Equal(-Enumerable.Range(1, 40).Where(i => i % 2 == 0 && 2 * i > applied).Sum(), Posted(store, 0));
            Assert.Equal(-Enumerable.Range(1, 40).Where(i => i % 2 == 1 && 2 * i > applied).Sum(), Posted(store, 1));
            Assert.Equal(applied == 80 ? 0 : applied + 1, first);
            Assert.Equal(80 - applied, result.TailRecords);
            Assert.Empty(result.OpenHolds);
        }
    }

    [Fact]
    public async Task Recover_CallsWithoutAnEnd_ReturnsThemInOrderWithTheirLastProgress()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            Append(writer, JournalRecordType.Reserve, 1, held: 50, payload: "one");
            Append(writer, JournalRecordType.Reserve, 2, held: 60, payload: "two");
            Append(writer, JournalRecordType.Reserve, 3, held: 70, payload: "three");
            Append(writer, JournalRecordType.Reserve, 4, held: 80, payload: "four");
            Append(writer, JournalRecordType.Progress, 3, held: 70, debit: 5, payload: "a little");
            Append(writer, JournalRecordType.Void, 2, held: 60);
            Append(writer, JournalRecordType.Progress, 3, held: 70, debit: 9, payload: "some more");
            Append(writer, JournalRecordType.Settle, 4, held: 80, debit: 8);
            Append(writer, JournalRecordType.Settle, 99, debit: 1, payload: "a report, without a hold");
        }

        using var store = TwoWallets();
        var holds = WalletRecovery.Recover(fixture.Path, 0, store, (in _, _, _) => { }).OpenHolds;

        Assert.Equal(2, holds.Count);
        Assert.Equal((JournalFixture.Id(1), new Money(50), Money.Zero, "one"), Describe(holds[0]));
        Assert.Equal((JournalFixture.Id(3), new Money(70), new Money(9), "some more"), Describe(holds[1]));

        // Holds are not in memory: ending them returns nothing, progress charges nothing.
        store.TryRead(0, out var balance);
        Assert.Equal(Money.Zero, balance.Reserved);
        Assert.Equal(-9, balance.Posted.Units);
    }

    [Fact]
    public async Task Recover_HoldAppliedAndItsSegmentKept_IsStillReturned()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            Append(writer, JournalRecordType.Reserve, 1, held: 50, payload: "open");
            await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('x', 1000), 12));
            writer.Confirm(writer.DurableSequence);
        }

        Assert.Equal("open", Encoding.UTF8.GetString(Assert.Single(fixture.Recover(13).OpenHolds).Payload.Span));
    }

    [Fact]
    public async Task Recover_OldestRecordAfterTheApplied_Refuses()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('x', 1000), 9));
            writer.Confirm(6);
            Assert.Equal(7, writer.OldestSequence);
        }

        var error = Assert.Throws<JournalMismatchException>(() => fixture.Recover(5));
        Assert.Contains("up to record 5", error.Message);
        Assert.Equal(9, fixture.Recover(6).LastSequence);
    }

    [Fact]
    public async Task Recover_JournalEndsBeforeTheApplied_Refuses()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, ["a", "b"]);
        }

        Assert.Throws<JournalMismatchException>(() => fixture.Recover(3));
        using var empty = new JournalFixture();
        Assert.Throws<JournalMismatchException>(() => empty.Recover(1));
    }

    [Fact]
    public async Task Recover_WalletThatPostgresDoesNotHave_Refuses()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            Append(writer, JournalRecordType.Settle, 1, debit: 5, wallet: 77);
        }

        Assert.Throws<JournalMismatchException>(() => fixture.Recover());
    }

    [Fact]
    public void Recover_NoDirectory_IsANewJournal()
    {
        using var store = TwoWallets();
        var result = WalletRecovery.Recover("/nonexistent/journal", 0, store, (in _, _, _) => { });

        Assert.Equal((0, 1, (int?)null), (result.LastSequence, result.OldestSequence, result.NodeId));
    }

    [Fact]
    public async Task Empty_AfterALostJournal_StartsBehindPostgres()
    {
        using var fixture = new JournalFixture();
        await using (var writer = JournalWriter.Open(fixture.Options, RecoveryResult.Empty(41), fixture.Failures.Add))
        {
            await JournalFixture.AppendDurably(writer, ["a"]);
            Assert.Equal(42, writer.DurableSequence);
        }

        Assert.Equal(42, fixture.Recover(41).LastSequence);
        Assert.Throws<JournalMismatchException>(() => fixture.Recover(40));
    }

    [Fact]
    public void JournalRecordType_Values_NeverChange() =>
        Assert.Equal([1, 2, 3, 4], Enum.GetValues<JournalRecordType>().Select(type => (int)type));

    private static WalletStore TwoWallets()
    {
        var store = new WalletStore(2);
        store.Open(0, Money.Zero, Money.Zero);
        store.Open(1, Money.Zero, Money.Zero);
        return store;
    }

    private static long Posted(WalletStore store, long wallet)
    {
        Assert.True(store.TryRead(wallet, out var balance));
        return balance.Posted.Units;
    }

    private static (Guid HoldId, Money Held, Money Used, string Payload) Describe(OpenHold hold) =>
        (hold.Entry.HoldId, hold.Entry.Held, hold.Entry.Debit, Text(hold.Payload));

    private static string Text(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);

    private static void Append(
        JournalWriter writer, JournalRecordType type, int id, long held = 0, long debit = 0, long wallet = 0, string payload = "") =>
        Assert.True(
            writer.TryAppend(
                JournalFixture.Entry(type, JournalFixture.Id(id), held, debit, wallet), Encoding.UTF8.GetBytes(payload), out _));
}
