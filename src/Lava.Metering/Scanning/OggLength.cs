using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>The length of an Ogg file with Opus or Vorbis: where its last page ends.</summary>
internal static class OggLength
{
    // A page without a packet's end has no place; there are never many of them in a row.
    private const int PagesMax = 64;

    private const int PageHeader = 27;
    private const int SegmentsOffset = 26;
    private const int OpusRate = 48_000;

    /// <summary>Reads it; false where the file is none, or holds something else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        if (file.Length < PageHeader
            || file.Length < PageHeader + file[SegmentsOffset]
            || !TryReadRate(file[(PageHeader + file[SegmentsOffset])..], out rate, out var skipped))
        {
            return false;
        }

        for (var i = 0; i < PagesMax; i++)
        {
            var at = file.LastIndexOf("OggS"u8);
            if (at < 0)
            {
                return false;
            }

            var page = file[at..];
            var place = page.Length < PageHeader ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(page[6..]);
            if (place != ulong.MaxValue && page[4] == 0)
            {
                units = place > skipped ? place - skipped : 0;
                return true;
            }

            file = file[..at];
        }

        return false;
    }

    // The first packet says what is inside: RFC 7845, section 5.1, and the Vorbis I specification, section 4.2.2.
    private static bool TryReadRate(ReadOnlySpan<byte> packet, out ulong rate, out ulong skipped)
    {
        rate = 0;
        skipped = 0;
        if (packet.StartsWith("OpusHead"u8) && packet.Length >= 12)
        {
            rate = OpusRate;
            skipped = BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]);
            return true;
        }

        if (packet.StartsWith("\u0001vorbis"u8) && packet.Length >= 16)
        {
            rate = BinaryPrimitives.ReadUInt32LittleEndian(packet[12..]);
            return true;
        }

        return false;
    }
}
