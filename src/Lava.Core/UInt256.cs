using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lava.Core;

/// <summary>A SHA-256 digest as a value: compared and hashed without an array.</summary>
/// <param name="A">Bytes 0 to 15.</param>
/// <param name="B">Bytes 16 to 31.</param>
public readonly record struct UInt256(UInt128 A, UInt128 B)
{
    /// <summary>The SHA-256 of some bytes.</summary>
    public static UInt256 Sha256(ReadOnlySpan<byte> bytes)
    {
        Span<UInt128> digest = stackalloc UInt128[2];
        SHA256.HashData(bytes, MemoryMarshal.AsBytes(digest));
        return new UInt256(digest[0], digest[1]);
    }

    /// <summary>From the 32 bytes that <see cref="ToArray"/> gives.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static UInt256 FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 32, nameof(bytes));
        var parts = MemoryMarshal.Cast<byte, UInt128>(bytes);
        return new UInt256(parts[0], parts[1]);
    }

    /// <summary>The digest's 32 bytes in their order.</summary>
    public byte[] ToArray()
    {
        ReadOnlySpan<UInt128> parts = [A, B];
        return MemoryMarshal.AsBytes(parts).ToArray();
    }

    /// <summary>The digest is random already: its first bits are the hash.</summary>
    public override int GetHashCode() => (int)(ulong)A;
}
