using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Lava.Core;

/// <summary>
/// Identifiers: 128 bits, the upper 48 a Unix time in milliseconds (ULID layout, https://github.com/ulid/spec), so that ids sort by
/// time. Inside they are <see cref="Guid"/>s with the same byte order; outside <c>prefix_[test_]</c> and 26 Crockford characters.
/// </summary>
public static class Ids
{
    /// <summary>Characters of the ULID itself.</summary>
    public const int TextLength = 26;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static readonly sbyte[] Values = BuildValues();
    private static readonly ulong NodeBits = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private static long _counter = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    /// <summary>
    /// A new id. Its lower 80 bits are 16 bits of a process-wide random number and a 64-bit counter that starts at random:
    /// unique, not secret; no system call (a random GUID costs one).
    /// </summary>
    public static Guid New(TimeProvider time)
    {
        var ms = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        var low = (ulong)Interlocked.Increment(ref _counter);
        return FromUInt128(new UInt128((ms << 16) | (NodeBits & 0xFFFF), low));
    }

    /// <summary>
    /// An id out of a row's time and number, for rows that PostgreSQL numbers: its upper 48 bits are the time in milliseconds, its lower
    /// 80 the number. The same row always has the same id.
    /// </summary>
    /// <param name="time">From 1970 on.</param>
    /// <param name="number">0 or more.</param>
    public static Guid FromTimeAndNumber(DateTimeOffset time, long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return FromUInt128(((UInt128)(ulong)time.ToUnixTimeMilliseconds() << 80) | (ulong)number);
    }

    /// <summary>The number in an id that <see cref="FromTimeAndNumber"/> made; in any other id its lower 63 bits.</summary>
    public static long Number(Guid id) => (long)((ulong)ToUInt128(id) & long.MaxValue);

    /// <summary>The id's time, Unix milliseconds.</summary>
    public static long UnixMilliseconds(Guid id) => (long)(ToUInt128(id) >> 80);

    /// <summary>The public form: <c>con_01J…</c>, or <c>con_test_01J…</c> in test mode.</summary>
    public static string Format(string prefix, bool test, Guid id)
    {
        var mode = test ? "test_" : "";
        return string.Create(prefix.Length + 1 + mode.Length + TextLength, (prefix, mode, id), static (span, state) =>
        {
            state.prefix.CopyTo(span);
            span[state.prefix.Length] = '_';
            state.mode.CopyTo(span[(state.prefix.Length + 1)..]);
            Encode(ToUInt128(state.id), span[^TextLength..]);
        });
    }

    /// <summary>Reads the public form, with or without <c>test_</c>. Another prefix, length or alphabet: false.</summary>
    public static bool TryParse(string prefix, ReadOnlySpan<byte> text, out Guid id)
    {
        id = default;
        if (text.Length <= prefix.Length || text[prefix.Length] != '_')
        {
            return false;
        }

        for (var i = 0; i < prefix.Length; i++)
        {
            if (text[i] != prefix[i])
            {
                return false;
            }
        }

        text = text[(prefix.Length + 1)..];
        if (text.StartsWith("test_"u8))
        {
            text = text[5..];
        }

        return TryDecode(text, out id);
    }

    /// <inheritdoc cref="TryParse(string, ReadOnlySpan{byte}, out Guid)"/>
    public static bool TryParse(string prefix, ReadOnlySpan<char> text, out Guid id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[64];
        if (text.Length > bytes.Length || !System.Text.Ascii.IsValid(text))
        {
            return false;
        }

        System.Text.Ascii.FromUtf16(text, bytes, out var written);
        return TryParse(prefix, bytes[..written], out id);
    }

    /// <summary>The id as a number, in the order in which its text sorts.</summary>
    public static UInt128 ToUInt128(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static Guid FromUInt128(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }

    private static void Encode(UInt128 value, Span<char> destination)
    {
        for (var i = TextLength - 1; i >= 0; i--)
        {
            destination[i] = Alphabet[(int)((ulong)value & 31)];
            value >>= 5;
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, out Guid id)
    {
        id = default;

        // 26 × 5 bits are 130: the first character carries three.
        if (text.Length != TextLength || text[0] > '7')
        {
            return false;
        }

        UInt128 value = 0;
        foreach (var c in text)
        {
            var bits = c < Values.Length ? Values[c] : (sbyte)-1;
            if (bits < 0)
            {
                return false;
            }

            value = (value << 5) | (byte)bits;
        }

        id = FromUInt128(value);
        return true;
    }

    private static sbyte[] BuildValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (sbyte)i;
            values[char.ToLowerInvariant(Alphabet[i])] = (sbyte)i;
        }

        return values;
    }
}
