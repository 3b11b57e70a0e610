using System.Buffers.Binary;
using System.Text;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Recordings of a known length, as short as their formats allow.</summary>
internal static class AudioFiles
{
    public const long Microseconds = 2_500_000;

    /// <summary>16 kHz, one channel, 16 bits: 32,000 bytes a second.</summary>
    public static byte[] Wave(uint? dataSize = null, uint byteRate = 32_000)
    {
        var file = new byte[44 + 80_000];
        "RIFF"u8.CopyTo(file);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        Little(file, 16, 16);
        file[20] = 1;
        file[22] = 1;
        Little(file, 24, 16_000);
        Little(file, 28, byteRate);
        file[32] = 2;
        file[34] = 16;
        "data"u8.CopyTo(file.AsSpan(36));
        Little(file, 40, dataSize ?? 80_000);
        return file;
    }

    /// <summary>128 kbit/s, 44.1 kHz: without a count of frames 16,000 bytes a second.</summary>
    public static byte[] Mp3(bool counted)
    {
        var tag = new byte[10 + 200];
        "ID3"u8.CopyTo(tag);
        tag[8] = 1;
        tag[9] = 72;
        var sound = new byte[40_000];
        for (var at = 0; at + 417 <= sound.Length; at += 417)
        {
            new byte[] { 0xFF, 0xFB, 0x90, 0x00 }.CopyTo(sound, at);
        }

        if (counted)
        {
            "Xing"u8.CopyTo(sound.AsSpan(36));
            sound[43] = 1;
            Big(sound, 44, 96);
        }

        return [.. tag, .. sound];
    }

    public static byte[] Flac()
    {
        var file = new byte[8 + 34 + 1000];
        "fLaC"u8.CopyTo(file);
        file[7] = 34;
        BinaryPrimitives.WriteUInt64BigEndian(file.AsSpan(18), (16_000ul << 44) | (15ul << 36) | 40_000);
        return file;
    }

    public static byte[] Ogg()
    {
        byte[] head = [.. "OpusHead"u8, 1, 1, 0x38, 0x01, 0x80, 0xBB, 0, 0, 0, 0, 0];
        return [.. Page(0, head), .. Page(48_312, new byte[100]), .. Page(120_312, new byte[100]), .. Page(ulong.MaxValue, new byte[9])];
    }

    public static byte[] Mp4(bool isLong)
    {
        var header = new byte[isLong ? 112 : 100];
        header[0] = isLong ? (byte)1 : (byte)0;
        Big(header, isLong ? 20 : 12, 1000);
        Big(header, isLong ? 28 : 16, 2500);
        var movie = Box("moov", [.. Box("free", []), .. Box("mvhd", header)]);
        return [.. Box("ftyp", "M4A "u8.ToArray()), .. Box("mdat", new byte[500]), .. movie];
    }

    public static byte[] Matroska()
    {
        var duration = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(duration, 2500);
        byte[] information = [.. Element([0x2A, 0xD7, 0xB1], [0x0F, 0x42, 0x40]), .. Element([0x44, 0x89], duration)];
        byte[] segment = [.. Element([0xEC], new byte[20]), .. Element([0x15, 0x49, 0xA9, 0x66], information)];
        byte[] open = [0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        return [.. Element([0x1A, 0x45, 0xDF, 0xA3], [0x42, 0x86, 0x81, 0x01]), .. open, .. segment];
    }

    public static IEnumerable<byte[]> All() =>
        [Wave(), Mp3(counted: true), Mp3(counted: false), Flac(), Ogg(), Mp4(isLong: false), Mp4(isLong: true), Matroska()];

    private static byte[] Page(ulong place, byte[] content)
    {
        var header = new byte[27];
        "OggS"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(6), place);
        header[26] = 1;
        return [.. header, (byte)content.Length, .. content];
    }

    private static byte[] Box(string type, byte[] content)
    {
        var header = new byte[4];
        Big(header, 0, (uint)(8 + content.Length));
        return [.. header, .. Encoding.ASCII.GetBytes(type), .. content];
    }

    private static byte[] Element(byte[] id, byte[] content) => [.. id, (byte)(0x80 | content.Length), .. content];

    private static void Little(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void Big(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at), value);
}
