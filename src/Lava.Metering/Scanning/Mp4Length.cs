using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>The length of an MP4 or M4A file: the duration in its movie header (ISO/IEC 14496-12, section 8.2.2).</summary>
internal static class Mp4Length
{
    private const int BoxesMax = 4096;
    private const int BoxHeader = 8;

    /// <summary>Reads it; false where the file has none, as one in fragments.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        return TryFind(file, "moov"u8, out var movie)
            && TryFind(movie, "mvhd"u8, out var header)
            && TryReadHeader(header, out units, out rate);
    }

    private static bool TryFind(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> type, out ReadOnlySpan<byte> content)
    {
        content = default;
        for (var i = 0; i < BoxesMax && boxes.Length >= BoxHeader; i++)
        {
            ulong size = BinaryPrimitives.ReadUInt32BigEndian(boxes);
            var header = BoxHeader;
            if (size == 1 && boxes.Length >= 2 * BoxHeader)
            {
                size = BinaryPrimitives.ReadUInt64BigEndian(boxes[BoxHeader..]);
                header = 2 * BoxHeader;
            }

            // 0: to the end of the file.
            size = size == 0 ? (ulong)boxes.Length : size;
            if (size < (ulong)header || size > (ulong)boxes.Length)
            {
                return false;
            }

            if (boxes[4..].StartsWith(type))
            {
                content = boxes[header..(int)size];
                return true;
            }

            boxes = boxes[(int)size..];
        }

        return false;
    }

    // Version 1 has times of 64 bits.
    private static bool TryReadHeader(ReadOnlySpan<byte> header, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        if (header.Length < 20 || (header[0] == 1 && header.Length < 32))
        {
            return false;
        }

        var isLong = header[0] == 1;
        rate = BinaryPrimitives.ReadUInt32BigEndian(header[(isLong ? 20 : 12)..]);
        units = isLong ? BinaryPrimitives.ReadUInt64BigEndian(header[24..]) : BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        return units != (isLong ? ulong.MaxValue : uint.MaxValue);
    }
}
