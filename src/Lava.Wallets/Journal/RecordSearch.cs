namespace Lava.Wallets.Journal;

/// <summary>Finds whole records where nothing says that one begins: behind a bad one.</summary>
internal static class RecordSearch
{
    /// <summary>Moves <paramref name="offset"/> to the next whole record at or behind it; false where there is none.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> segment, uint seed, ref int offset, out RecordHeader header)
    {
        for (; offset <= segment.Length - JournalFormat.HeaderBytes; offset += JournalFormat.Alignment)
        {
            // Most of a tail is zeros: the vectorised search crosses them fast.
            var zeros = segment[offset..].IndexOfAnyExcept((byte)0);
            if (zeros < 0)
            {
                break;
            }

            offset += zeros & ~(JournalFormat.Alignment - 1);
            if (RecordHeader.TryRead(segment[offset..], seed, out header))
            {
                return true;
            }
        }

        header = default;
        return false;
    }
}
