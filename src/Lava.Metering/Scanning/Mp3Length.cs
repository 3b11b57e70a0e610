using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>
/// The length of an MP3 file: the number of frames where its first frame tells it (Xing, Info), else its bytes by the bit rate of that
/// frame (ISO/IEC 11172-3, section 2.4.2.3).
/// </summary>
internal static class Mp3Length
{
    // Between a tag and the first frame there may be padding.
    private const int SearchMax = 4096;

    private const int TagHeader = 10;
    private const int HasFrames = 1;

    // The highest bit rate of the format, 320 kbit/s.
    private const ulong BytesPerSecondMax = 40_000;

    // kbit/s by the header's four bits: layer III of version 1, and of versions 2 and 2.5.
    private static readonly ushort[] Rates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly ushort[] LowRates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    private static readonly ushort[] SampleRates = [44100, 48000, 32000];

    /// <summary>Reads it; false where no frame is found.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        file = SkipTag(file);
        for (var at = 0; at < SearchMax && at + 4 <= file.Length; at++)
        {
            if (file[at] == 0xFF && TryReadFrame(file[at..], out units, out rate))
            {
                return true;
            }
        }

        return false;
    }

    // ID3v2: a size of four times seven bits.
    private static ReadOnlySpan<byte> SkipTag(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("ID3"u8) || file.Length < TagHeader)
        {
            return file;
        }

        var size = ((file[6] & 0x7F) << 21) | ((file[7] & 0x7F) << 14) | ((file[8] & 0x7F) << 7) | (file[9] & 0x7F);
        return size > file.Length - TagHeader ? default : file[(TagHeader + size)..];
    }

    private static bool TryReadFrame(ReadOnlySpan<byte> frame, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        var header = BinaryPrimitives.ReadUInt32BigEndian(frame);
        var version = (int)(header >> 19) & 3;
        var isThird = ((header >> 17) & 3) == 1;
        var bits = (int)(header >> 12) & 0xF;
        var sampling = (int)(header >> 10) & 3;
        if (header >> 21 != 0x7FF || version == 1 || !isThird || bits is 0 or 15 || sampling == 3)
        {
            return false;
        }

        var isFirst = version == 3;
        var sampleRate = SampleRates[sampling] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        var bitRate = (isFirst ? Rates : LowRates)[bits] * 1000;
        var length = ((isFirst ? 144 : 72) * bitRate / sampleRate) + (int)((header >> 9) & 1);

        // Eleven set bits stand anywhere: a frame has another one after it.
        if (length + 2 <= frame.Length && (frame[length] != 0xFF || frame[length + 1] != frame[1]))
        {
            return false;
        }

        var isMono = ((header >> 6) & 3) == 3;
        var side = (isFirst, isMono) switch
        {
            (true, false) => 32,
            (false, true) => 9,
            _ => 17,
        };
        var info = frame[Math.Min(frame.Length, 4 + side)..];
        var isCounted = info.Length >= 12 && (info.StartsWith("Xing"u8) || info.StartsWith("Info"u8)) && (info[7] & HasFrames) != 0;
        if (!isCounted)
        {
            units = (ulong)frame.Length;
            rate = (ulong)bitRate / 8;
            return true;
        }

        units = BinaryPrimitives.ReadUInt32BigEndian(info[8..]) * (isFirst ? 1152ul : 576ul);
        rate = (ulong)sampleRate;
        return units * BytesPerSecondMax >= (ulong)frame.Length * rate;
    }
}
