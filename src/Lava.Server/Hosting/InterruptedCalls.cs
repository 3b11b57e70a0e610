using Lava.Core;
using Lava.Metering;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>
/// Ends the calls that a dead process left open: each with one SETTLE that charges nothing and a record that says why. Their clients never
/// had the whole answer, for its last bytes leave only after a SETTLE; nothing of the hold is in memory, so there is nothing to return.
/// </summary>
internal static class InterruptedCalls
{
    public const string ErrorCode = "interrupted";

    public static async Task EndAsync(IReadOnlyList<OpenHold> holds, JournalWriter journal, TimeProvider time)
    {
        long last = 0;
        foreach (var hold in holds)
        {
            var record = UsageRecordCodec.Decode(hold.Payload.Span);
            record.Status = RequestStatus.Error;
            record.ErrorCode = ErrorCode;
            record.CompletedAtMicros = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            UsageRecordCodec.Encode(record, buffer);
            var entry = new JournalEntry(JournalRecordType.Settle, hold.Entry.HoldId, hold.Entry.WalletId, hold.Entry.Held, Money.Zero);
            journal.TryAppend(entry, buffer.WrittenSpan, out last);
        }

        if (last != 0)
        {
            await journal.WaitDurableAsync(last);
        }
    }
}
