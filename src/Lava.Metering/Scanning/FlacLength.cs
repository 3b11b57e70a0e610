using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>The length of a FLAC file, out of its STREAMINFO, which always comes first (RFC 9639, section 8.2).</summary>
internal static class FlacLength
{
    private const int StreamInfo = 8;
    private const int RateOffset = StreamInfo + 10;

    /// <summary>Reads it; false where the file is none, or its length was not known when it was written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        if (file.Length < RateOffset + 8 || (file[4] & 0x7F) != 0)
        {
            return false;
        }

        // 20 bits of rate, 3 of channels, 5 of depth, 36 of samples.
        var packed = BinaryPrimitives.ReadUInt64BigEndian(file[RateOffset..]);
        rate = packed >> 44;
        units = packed & 0xF_FFFF_FFFF;
        return true;
    }
}
