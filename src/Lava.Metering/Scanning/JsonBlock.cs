using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lava.Metering.Scanning;

/// <summary>
/// 64 bytes of JSON as bits, the first byte the lowest: which of them open and close objects and arrays, outside strings. What is
/// skipped goes by so without a step for each quote and bracket.
/// </summary>
internal readonly ref struct JsonBlock
{
    /// <summary>Bytes of a block: one for each bit of a word.</summary>
    public const int Bytes = 64;

    // In ASCII the brackets differ from the braces by this bit, and by no other; no third character differs so from either.
    private const byte BraceBit = 0x20;

    // Backslashes at even places of a word.
    private const ulong EvenBits = 0x5555_5555_5555_5555;

    private JsonBlock(ulong opens, ulong closes, bool endsInText, bool endsInEscape, bool isIrregular)
    {
        Opens = opens;
        Closes = closes;
        EndsInText = endsInText;
        EndsInEscape = endsInEscape;
        IsIrregular = isIrregular;
    }

    /// <summary>Braces and brackets that open, outside strings.</summary>
    public ulong Opens { get; }

    /// <summary>Braces and brackets that close, outside strings.</summary>
    public ulong Closes { get; }

    /// <summary>Does the block end within a string?</summary>
    public bool EndsInText { get; }

    /// <summary>Is its last byte a backslash that escapes the byte after it?</summary>
    public bool EndsInEscape { get; }

    /// <summary>Does a backslash stand outside a string? Then it is no JSON, and the rest of the block does not hold.</summary>
    public bool IsIrregular { get; }

    /// <summary>Offset behind the bracket that closes the last of <paramref name="depth"/> open ones; -1 where none does.</summary>
    public int EndOf(int depth)
    {
        var closed = 0;
        for (var closes = Closes; closes != 0; closes &= closes - 1)
        {
            var at = BitOperations.TrailingZeroCount(closes);
            closed++;
            if (depth + BitOperations.PopCount(Opens & ((1ul << at) - 1)) == closed)
            {
                return at + 1;
            }
        }

        return -1;
    }

    /// <summary>Reads the first <see cref="Bytes"/> of a text.</summary>
    /// <param name="text">At least <see cref="Bytes"/> long.</param>
    /// <param name="inText">Does it begin within a string, not just behind a backslash?</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static JsonBlock Read(ReadOnlySpan<byte> text, bool inText)
    {
        var bytes = Vector512.Create(text);
        var folded = bytes | Vector512.Create(BraceBit);
        var quotes = Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
        var backslashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
        var opens = Vector512.Equals(folded, Vector512.Create((byte)'{')).ExtractMostSignificantBits();
        var closes = Vector512.Equals(folded, Vector512.Create((byte)'}')).ExtractMostSignificantBits();
        var endsInEscape = false;
        if (backslashes != 0)
        {
            quotes &= ~Escaped(backslashes, out endsInEscape);
        }

        var strings = Within(quotes) ^ (inText ? ulong.MaxValue : 0);
        return new JsonBlock(opens & ~strings, closes & ~strings, strings >> (Bytes - 1) != 0, endsInEscape, (backslashes & ~strings) != 0);
    }

    // Each bit is the parity of the bits up to it: set from an opening quote to before its closing one.
    private static ulong Within(ulong quotes)
    {
        for (var shift = 1; shift < Bytes; shift <<= 1)
        {
            quotes ^= quotes << shift;
        }

        return quotes;
    }

    // What stands behind an odd number of backslashes. Adding a run's first bit to the run carries to the place behind it: whether
    // that is even or odd, seen from where the run began, tells the run's parity.
    private static ulong Escaped(ulong backslashes, out bool endsInEscape)
    {
        var starts = backslashes & ~(backslashes << 1);
        var behindEven = (backslashes + (starts & EvenBits)) & ~backslashes;
        var oddSum = backslashes + (starts & ~EvenBits);
        var behindOdd = oddSum & ~backslashes;
        var run = BitOperations.LeadingZeroCount(~backslashes);
        endsInEscape = (run & 1) != 0;
        return (behindEven & ~EvenBits) | (behindOdd & EvenBits);
    }
}
