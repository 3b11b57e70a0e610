using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lava.Metering.Scanning;

/// <summary>
/// The search for two bytes of which scanning consists, for the short distances at which lines and tokens end: nearly all within one
/// vector, where a call costs more than the search.
/// </summary>
internal static class ShortSearch
{
    /// <summary>Offset of the first of two bytes; -1 where neither is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfEither(ReadOnlySpan<byte> text, byte one, byte other)
    {
        if (text.Length < Vector256<byte>.Count)
        {
            return IndexInFew(text, one, other);
        }

        var bytes = Vector256.Create(text);
        var found = (Vector256.Equals(bytes, Vector256.Create(one)) | Vector256.Equals(bytes, Vector256.Create(other)))
            .ExtractMostSignificantBits();
        return found != 0 ? BitOperations.TrailingZeroCount(found) : IndexFurther(text, one, other);
    }

    private static int IndexInFew(ReadOnlySpan<byte> text, byte one, byte other)
    {
        if (text.Length < Vector128<byte>.Count)
        {
            return text.IndexOfAny(one, other);
        }

        // Two vectors, which overlap where they don't fill.
        var last = text.Length - Vector128<byte>.Count;
        var found = Among(text, one, other) | (Among(text[last..], one, other) << last);
        return found != 0 ? BitOperations.TrailingZeroCount(found) : -1;
    }

    private static uint Among(ReadOnlySpan<byte> text, byte one, byte other)
    {
        var bytes = Vector128.Create(text);
        return (Vector128.Equals(bytes, Vector128.Create(one)) | Vector128.Equals(bytes, Vector128.Create(other)))
            .ExtractMostSignificantBits();
    }

    private static int IndexFurther(ReadOnlySpan<byte> text, byte one, byte other)
    {
        var found = text[Vector256<byte>.Count..].IndexOfAny(one, other);
        return found < 0 ? found : found + Vector256<byte>.Count;
    }
}
