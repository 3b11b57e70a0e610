using System.Buffers;
using Lava.Core;
using Lava.Gateway.Limits;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>
/// Ends the calls that a dead process left open: each with one SETTLE that charges what its last PROGRESS said, or nothing where it had
/// none, and a record that says why. Their clients never had the whole answer, for its last bytes leave only after a SETTLE. Nothing of
/// a hold is in memory, so there is nothing to return.
/// </summary>
/// <remarks>
/// A call that has its SETTLE is not open at the next start: ending in the middle of this charges nothing twice. The charge keeps the
/// tiers that the PROGRESS found, though other calls may have moved on since: it is what the call was told to cost.
/// </remarks>
internal sealed class InterruptedCalls(
    JournalWriter journal, WalletStore wallets, MeterPositions positions, LimitCounters limits, TimeProvider time)
{
    public const string ErrorCode = "interrupted";

    /// <summary>Ends them; on return that is durable, and wallets, positions and limits have it.</summary>
    public async Task EndAsync(IReadOnlyList<OpenHold> holds)
    {
        var encoded = new ArrayBufferWriter<byte>(UsageRecordCodec.SizeMax);
        var records = new List<UsageRecord>(holds.Count);
        long last = 0;
        foreach (var hold in holds)
        {
            var record = End(hold);
            encoded.ResetWrittenCount();
            UsageRecordCodec.Encode(record, encoded);
            if (!journal.TryAppend(hold.Entry with { Type = JournalRecordType.Settle }, encoded.WrittenSpan, out last))
            {
                throw new StartupException("The interrupted calls could not be ended: the journal's disk failed. Repair it, then start.");
            }

            records.Add(record);
        }

        if (records.Count > 0)
        {
            await journal.WaitDurableAsync(last);
        }

        records.ForEach(Settle);
    }

    private UsageRecord End(OpenHold hold)
    {
        var record = UsageRecordCodec.Decode(hold.Payload.Span);
        record.Status = RequestStatus.Error;
        record.ErrorCode = ErrorCode;
        record.CompletedAtMicros = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return record;
    }

    private void Settle(UsageRecord record)
    {
        limits.Count(record);
        if (record is { CustomerId: { } customer, MeterId: { } meter, Units: > 0 })
        {
            positions.Advance(customer, meter, record.CycleStart, record.Units);
        }

        if (record.Debit != Money.Zero && wallets.Settle(record.WalletId, Money.Zero, record.Debit, out _) != WalletOutcome.Done)
        {
            throw new StartupException(
                $"The interrupted call {record.RequestId} charges wallet {record.WalletId}, which PostgreSQL does not have: "
                + "was another database put in place?");
        }
    }
}
