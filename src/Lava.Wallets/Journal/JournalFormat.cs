using System.Numerics;
using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>Sizes, names and the checksum of the journal's files. Little-endian throughout; README.md holds the whole format.</summary>
internal static class JournalFormat
{
    /// <summary>Bytes of a segment's header, and of a record's.</summary>
    internal const int HeaderBytes = 64;

    /// <summary>Records start at multiples of this: the ring publishes by one aligned store of the length.</summary>
    internal const int Alignment = 8;

    /// <summary>The longest payload: a usage record is about 300 bytes; its metadata is bounded by Kestrel's 32 KiB of headers.</summary>
    internal const int MaxPayloadBytes = 256 * 1024;

    /// <summary>The longest record on disk.</summary>
    internal const int MaxRecordBytes = HeaderBytes + MaxPayloadBytes;

    /// <summary>A segment is read whole into one array at start.</summary>
    internal const long MaxSegmentBytes = 1 << 30;

    internal const string SegmentSuffix = ".journal";
    internal const string SpareName = "spare.tmp";
    internal const string LockName = "lock";

    /// <summary>A record's length on disk and in the ring.</summary>
    internal static int Align(int bytes) => (bytes + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Twenty digits hold every sequence number, so that names sort as numbers do.</summary>
    internal static string SegmentPath(string directory, long firstSequence) =>
        Path.Combine(directory, firstSequence.ToString("D20", System.Globalization.CultureInfo.InvariantCulture) + SegmentSuffix);

    /// <summary>
    /// The seed of a journal's checksums, from its random id: bytes of another journal, or bytes that a caller made up, don't pass.
    /// </summary>
    internal static uint Seed(Guid journalId)
    {
        Span<byte> bytes = stackalloc byte[16];
        journalId.TryWriteBytes(bytes);
        return Crc(uint.MaxValue, bytes);
    }

    /// <summary>CRC-32C over a multiple of eight bytes.</summary>
    internal static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        return crc;
    }
}
