using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Limits;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Hosting;
using Lava.Tests.Wallets.Journal;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Server.Hosting;

/// <summary>Calls that a dead process left open, on a real journal: each ends once, even where the ending is interrupted.</summary>
public sealed class InterruptedCallsTests : IDisposable
{
    private const long Wallet = 7;
    private static readonly Guid Customer = JournalFixture.Id(100);
    private static readonly Guid Meter = JournalFixture.Id(101);
    private static readonly DateOnly Cycle = new(2026, 9, 1);
    private readonly JournalFixture _journal = new(segmentBytes: 64 * 1024);
    private readonly LimitCounters _limits = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task End_AfterProgress_ChargesWhatTheLastOneSaid()
    {
        await RunAsync(
            writer => Append(writer, JournalRecordType.Reserve, 1, held: 100, debit: 0, units: 0),
            writer => Append(writer, JournalRecordType.Progress, 1, held: 100, debit: 30, units: 3),
            writer => Append(writer, JournalRecordType.Progress, 1, held: 150, debit: 140, units: 14));
        var limit = new UsageLimit(LimitUnit.Tokens, LimitCycle.Cycle, 100, LimitScope.Customer);
        _limits.Open(Customer, [limit], null);

        var (posted, units, ended) = await RestartAsync();

        Assert.Equal((860, 14), (posted, units));
        Assert.Equal(14, _limits.Used(Customer, limit, Cycle));
        var (entry, record) = Assert.Single(ended);
        Assert.Equal(
            new JournalEntry(JournalRecordType.Settle, JournalFixture.Id(1), Wallet, new Money(150), new Money(140)), entry);
        Assert.Equal(
            (RequestStatus.Error, "interrupted", UsageCertainty.Partial, 140, 14),
            (record.Status, record.ErrorCode, record.Usage.Certainty, record.Debit.Units, record.Units));
    }

    [Fact]
    public async Task End_WithoutProgress_ChargesNothing()
    {
        await RunAsync(writer => Append(writer, JournalRecordType.Reserve, 1, held: 100, debit: 0, units: 0));

        var (posted, units, ended) = await RestartAsync();

        Assert.Equal((1000, 0), (posted, units));
        Assert.Equal("interrupted", Assert.Single(ended).Record.ErrorCode);
    }

    [Theory]
    [InlineData(JournalRecordType.Settle)]
    [InlineData(JournalRecordType.Void)]
    public async Task End_OfACallThatHasEnded_IsNotMadeAgain(JournalRecordType end)
    {
        await RunAsync(
            writer => Append(writer, JournalRecordType.Reserve, 1, held: 100, debit: 0, units: 0),
            writer => Append(writer, JournalRecordType.Progress, 1, held: 100, debit: 30, units: 3),
            writer => Append(writer, end, 1, held: 100, debit: end == JournalRecordType.Settle ? 40 : 0, units: 4));

        var (posted, _, ended) = await RestartAsync();

        Assert.Equal(end == JournalRecordType.Settle ? 960 : 1000, posted);
        Assert.DoesNotContain(ended, settle => settle.Record.ErrorCode == "interrupted");
    }

    [Fact]
    public async Task End_InterruptedItself_IsGoneOnWithAndChargesOnce()
    {
        await RunAsync(
            [.. Enumerable.Range(1, 3).Select(id => (Func<JournalWriter, long>)(writer =>
                Append(writer, JournalRecordType.Progress, id, held: 100, debit: 10 * id, units: id)))]);

        // The first restart got as far as the second call, and died before the third.
        var holds = _journal.Recover().OpenHolds;
        await using (var writer = _journal.Open())
        {
            await EndAsync(writer, [holds[0], holds[1]]);
        }

        Assert.Equal((940, 6, 3), await FiguresAsync());
        Assert.Equal((940, 6, 3), await FiguresAsync());
    }

    private async Task<(long Posted, long Units, int Ended)> FiguresAsync()
    {
        var (posted, units, ended) = await RestartAsync();
        return (posted, units, ended.Count);
    }

    /// <summary>A process that appends, and is gone.</summary>
    private async Task RunAsync(params Func<JournalWriter, long>[] steps)
    {
        await using var writer = _journal.Open();
        foreach (var step in steps)
        {
            await writer.WaitDurableAsync(step(writer));
        }
    }

    /// <summary>Another process: the wallet at 1,000 less what the journal says, and the calls that are open ended.</summary>
    private async Task<(long Posted, long Units, List<(JournalEntry Entry, UsageRecord Record)> Ended)> RestartAsync()
    {
        using var wallets = new WalletStore(16);
        wallets.Open(Wallet, new Money(1000), Money.Zero);
        var positions = new MeterPositions();
        var recovered = WalletRecovery.Recover(_journal.Path, 0, wallets, (in entry, _, payload) =>
        {
            if (entry.Type == JournalRecordType.Settle)
            {
                positions.Advance(Customer, Meter, Cycle, UsageRecordCodec.Decode(payload).Units);
            }
        });
        await using (var writer = JournalWriter.Open(_journal.Options, recovered, _journal.Failures.Add))
        {
            await new InterruptedCalls(writer, wallets, positions, _limits, TimeProvider.System).EndAsync(recovered.OpenHolds);
        }

        Assert.True(wallets.TryRead(Wallet, out var balance));
        Assert.Equal(Money.Zero, balance.Reserved);
        return (balance.Posted.Units, positions.Current(Customer, Meter, Cycle), Settles());
    }

    private async Task EndAsync(JournalWriter writer, IReadOnlyList<OpenHold> holds)
    {
        using var wallets = new WalletStore(16);
        wallets.Open(Wallet, new Money(1000), Money.Zero);
        await new InterruptedCalls(writer, wallets, new MeterPositions(), new LimitCounters(), TimeProvider.System).EndAsync(holds);
    }

    private List<(JournalEntry Entry, UsageRecord Record)> Settles()
    {
        var settles = new List<(JournalEntry, UsageRecord)>();
        using var wallets = new WalletStore(16);
        wallets.Open(Wallet, Money.Zero, WalletBalance.NoFloor);
        WalletRecovery.Recover(_journal.Path, 0, wallets, (in entry, _, payload) =>
        {
            if (entry.Type == JournalRecordType.Settle)
            {
                settles.Add((entry, UsageRecordCodec.Decode(payload)));
            }
        });
        return settles;
    }

    private static long Append(JournalWriter writer, JournalRecordType type, int id, long held, long debit, long units)
    {
        var record = new UsageRecord
        {
            Id = JournalFixture.Id(id),
            CustomerId = Customer,
            MeterId = Meter,
            WalletId = Wallet,
            Billed = true,
            CycleStart = Cycle,
            Usage = new Usage { OutputTokens = units, Certainty = UsageCertainty.Partial },
            Units = units,
            Charge = new Money(debit),
            Held = new Money(held),
            Debit = new Money(debit),
        };
        var payload = new byte[UsageRecordCodec.SizeMax];
        var length = UsageRecordCodec.Encode(record, payload);
        var entry = new JournalEntry(type, record.Id, Wallet, record.Held, record.Debit);
        Assert.True(writer.TryAppend(entry, payload.AsSpan(0, length), out var ticket));
        return ticket;
    }
}
