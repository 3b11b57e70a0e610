using System.Buffers.Binary;

namespace Lava.Metering.Scanning;

/// <summary>
/// CRC-32 as ISO-HDLC, zip and AWS event streams have it (polynomial 0x04C11DB7, reflected: 0xEDB88320), eight bytes at a step. The
/// runtime's own <see cref="System.Numerics.BitOperations"/> know only Castagnoli's polynomial.
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;
    private const int Entries = 256;

    // Slice s at b: what byte b does to the sum when s more bytes have followed it.
    private static readonly uint[] Table = CreateTable();

    /// <summary>The sum of all bytes before and of these; begin with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        ReadOnlySpan<uint> slices = Table;
        while (bytes.Length >= Slices)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = slices[(7 * Entries) + (byte)word]
                ^ slices[(6 * Entries) + (byte)(word >> 8)]
                ^ slices[(5 * Entries) + (byte)(word >> 16)]
                ^ slices[(4 * Entries) + (byte)(word >> 24)]
                ^ slices[(3 * Entries) + (byte)(word >> 32)]
                ^ slices[(2 * Entries) + (byte)(word >> 40)]
                ^ slices[Entries + (byte)(word >> 48)]
                ^ slices[(byte)(word >> 56)];
            bytes = bytes[Slices..];
        }

        foreach (var b in bytes)
        {
            crc = slices[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] CreateTable()
    {
        var table = new uint[Slices * Entries];
        for (var i = 0u; i < Entries; i++)
        {
            var sum = i;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ Polynomial;
            }

            table[i] = sum;
        }

        for (var i = Entries; i < table.Length; i++)
        {
            var before = table[i - Entries];
            table[i] = table[(byte)before] ^ (before >> 8);
        }

        return table;
    }
}
