using Lava.Core;
using Lava.Wallets.Journal;

namespace Lava.Wallets;

/// <summary>Brings the live wallets up to the journal's end. Reads only; opening the writer repairs a torn tail.</summary>
public static class WalletRecovery
{
    /// <summary>
    /// Reads all of the journal. Up to <paramref name="appliedSequence"/> it only looks for open holds; the debits after that are taken
    /// from the wallets, which must be open with PostgreSQL's balances at that record, and handed on.
    /// </summary>
    /// <param name="directory">The journal's.</param>
    /// <param name="appliedSequence">The last record that PostgreSQL has.</param>
    /// <param name="store">The live wallets, before any call.</param>
    /// <param name="onTail">Takes each later record.</param>
    /// <exception cref="JournalCorruptException">A durable record is damaged or missing.</exception>
    /// <exception cref="JournalMismatchException">The journal is not the one that PostgreSQL was filled from.</exception>
    public static RecoveryResult Recover(string directory, long appliedSequence, WalletStore store, JournalTailHandler onTail) =>
        Recover(directory, appliedSequence, store, onTail, JournalDisk.Real);

    internal static RecoveryResult Recover(
        string directory, long appliedSequence, WalletStore store, JournalTailHandler onTail, IJournalDisk disk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(appliedSequence);
        var holds = new HoldScan();
        var scan = new JournalScan(directory, disk);
        long tail = 0;
        while (scan.TryReadSegment())
        {
            if (scan.Segments.Count == 1 && appliedSequence < scan.LastSequence)
            {
                throw new JournalMismatchException(
                    $"PostgreSQL has the journal up to record {appliedSequence}, but {directory} begins with {scan.LastSequence + 1}: "
                    + "records are missing between. Was an older database or another data directory put in place?");
            }

            while (scan.TryReadRecord(out var header, out var payload))
            {
                var entry = header.Entry;
                holds.Track(entry, scan.Segments.Count - 1, scan.PayloadOffset, payload.Length);
                if (header.Sequence > appliedSequence)
                {
                    tail++;
                    Debit(store, entry, header.Sequence);
                    onTail(entry, header.Sequence, payload);
                }
            }
        }

        if (scan.LastSequence < appliedSequence)
        {
            throw new JournalMismatchException(
                $"PostgreSQL has the journal up to record {appliedSequence}, but in {directory} it ends with {scan.LastSequence}: "
                + "was an older or another data directory put in place?");
        }

        return scan.ToResult(tail, holds);
    }

    private static void Debit(WalletStore store, in JournalEntry entry, long sequence)
    {
        if (entry.Type == JournalRecordType.Settle
            && entry.Debit != Money.Zero
            && store.Settle(entry.WalletId, Money.Zero, entry.Debit, out _) != WalletOutcome.Done)
        {
            throw new JournalMismatchException($"Record {sequence} charges wallet {entry.WalletId}, which PostgreSQL does not have.");
        }
    }
}
