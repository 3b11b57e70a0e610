using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>The length of a WebM or Matroska file: the duration in its segment's information (RFC 9559, section 5.1.2).</summary>
internal static class MatroskaLength
{
    private const int ElementsMax = 1024;
    private const int Segment = 0x18538067;
    private const int Cluster = 0x1F43B675;
    private const int Information = 0x1549A966;
    private const int TimestampScale = 0x2AD7B1;
    private const int Duration = 0x4489;
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong UsualScale = 1_000_000;

    /// <summary>Reads it; false where the file has none, as one that a browser wrote as it recorded.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        units = 0;
        rate = NanosecondsPerSecond;
        return TryFind(file, Segment, out var segment)
            && TryFind(segment, Information, out var information)
            && TryReadDuration(information, out units);
    }

    private static bool TryReadDuration(ReadOnlySpan<byte> information, out ulong nanoseconds)
    {
        nanoseconds = 0;
        if (!TryFind(information, Duration, out var content))
        {
            return false;
        }

        var scale = TryFind(information, TimestampScale, out var text) && text.Length is > 0 and <= 8 ? ReadNumber(text) : UsualScale;
        var ticks = content.Length switch
        {
            4 => BinaryPrimitives.ReadSingleBigEndian(content),
            8 => BinaryPrimitives.ReadDoubleBigEndian(content),
            _ => double.NaN,
        };
        var length = ticks * scale;
        var isSane = length is > 0 and < Usage.MaxCount * 1000d;
        nanoseconds = isSane ? (ulong)length : 0;
        return isSane;
    }

    private static bool TryFind(ReadOnlySpan<byte> elements, int id, out ReadOnlySpan<byte> content)
    {
        content = default;
        for (var i = 0; i < ElementsMax; i++)
        {
            if (!TryReadHead(elements, out var found, out var size, out var head) || (found == Cluster && id != Cluster))
            {
                return false;
            }

            var rest = elements[head..];
            var isOpen = size > (ulong)rest.Length;
            if (found == id)
            {
                content = isOpen ? rest : rest[..(int)size];
                return true;
            }

            if (isOpen)
            {
                return false;
            }

            elements = rest[(int)size..];
        }

        return false;
    }

    // The count of leading zeros says how many bytes follow; an id keeps its marker, a size does not, and all ones are "not known".
    private static bool TryReadHead(ReadOnlySpan<byte> elements, out int id, out ulong size, out int head)
    {
        id = 0;
        size = 0;
        head = 0;
        if (elements.IsEmpty)
        {
            return false;
        }

        var idLength = System.Numerics.BitOperations.LeadingZeroCount((uint)elements[0]) - 23;
        if (idLength > 4 || elements.Length <= idLength)
        {
            return false;
        }

        id = (int)ReadNumber(elements[..idLength]);
        var sizeLength = System.Numerics.BitOperations.LeadingZeroCount((uint)elements[idLength]) - 23;
        if (sizeLength > 8 || elements.Length < idLength + sizeLength)
        {
            return false;
        }

        var marker = 1ul << (7 * sizeLength);
        size = ReadNumber(elements.Slice(idLength, sizeLength)) & (marker - 1);
        size = size == marker - 1 ? ulong.MaxValue : size;
        head = idLength + sizeLength;
        return true;
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> bytes)
    {
        var number = 0ul;
        foreach (var b in bytes)
        {
            number = (number << 8) | b;
        }

        return number;
    }
}
