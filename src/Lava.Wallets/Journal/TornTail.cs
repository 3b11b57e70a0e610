namespace Lava.Wallets.Journal;

/// <summary>
/// Tells an append that a crash cut short from damage. A commit is written before its sync, and its blocks may reach the disk in any
/// order: behind a bad record there may be good ones of the same commit, and nobody was told that any of them is durable. But a
/// record of a later commit says that the bad one was synced before: that one was lost afterwards.
/// </summary>
internal static class TornTail
{
    /// <summary>Looks for a record that was written when <paramref name="badSequence"/> was durable; its offset, or -1.</summary>
    internal static int FindProofOfDamage(ReadOnlySpan<byte> segment, int from, uint seed, long badSequence)
    {
        for (var offset = from; RecordSearch.TryFind(segment, seed, ref offset, out var header);)
        {
            if (header.Sequence > badSequence && header.SyncedSequence >= badSequence)
            {
                return offset;
            }

            offset += JournalFormat.Align(header.Length);
        }

        return -1;
    }
}
