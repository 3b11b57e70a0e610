using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>The length of a WAV file: the bytes of its data by the bytes of a second.</summary>
internal static class WaveLength
{
    private const int ChunksMax = 64;
    private const int FormatBytes = 16;
    private const int ByteRateOffset = 8;
    private const ushort Pcm = 1;
    private const ushort Float = 3;
    private const ushort Extensible = 0xFFFE;

    /// <summary>Reads it; false where the file is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out ulong units, out ulong rate)
    {
        units = 0;
        rate = 0;
        if (file.Length < 12 || !file[8..].StartsWith("WAVE"u8))
        {
            return false;
        }

        var rest = file[12..];
        for (var i = 0; i < ChunksMax && rest.Length >= 8; i++)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var content = rest[8..];
            if (rest.StartsWith("data"u8))
            {
                // One that was written as it was recorded has no size, or the largest.
                units = size == 0 ? (ulong)content.Length : Math.Min(size, (ulong)content.Length);
                return rate > 0;
            }

            if (rest.StartsWith("fmt "u8) && content.Length >= FormatBytes)
            {
                rate = RateOf(content);
            }

            var step = size + (size & 1ul);
            if (step >= (ulong)content.Length)
            {
                return false;
            }

            rest = content[(int)step..];
        }

        return false;
    }

    // Plain samples are played by their own rate, whatever the bytes of a second are said to be.
    private static ulong RateOf(ReadOnlySpan<byte> format)
    {
        var isPlain = BinaryPrimitives.ReadUInt16LittleEndian(format) is Pcm or Float or Extensible;
        ulong samples = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        ulong bits = (ulong)BinaryPrimitives.ReadUInt16LittleEndian(format[14..]) * BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        return isPlain ? samples * bits / 8 : BinaryPrimitives.ReadUInt32LittleEndian(format[ByteRateOffset..]);
    }
}
