using System.Buffers.Binary;

namespace Lava.Server.Simulation.Answers;

/// <summary>
/// 64 bits of a request, from which ids, fingerprints and text follow, so that the same request gets the same bytes. Multiply and
/// fold, eight bytes a step: not cryptographic, the ids only have to repeat and, for different requests, to differ.
/// </summary>
internal static class RequestHash
{
    // The odd constants of SplitMix64: https://prng.di.unimi.it/splitmix64.c
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private const ulong Multiplier1 = 0xBF58476D1CE4E5B9;
    private const ulong Multiplier2 = 0x94D049BB133111EB;

    public static ulong Of(ReadOnlySpan<byte> body, ulong seed)
    {
        var hash = Mix(seed + (ulong)body.Length);
        while (body.Length >= sizeof(ulong))
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(body)) * Multiplier1;
            hash ^= hash >> 29;
            body = body[sizeof(ulong)..];
        }

        foreach (var c in body)
        {
            hash = (hash ^ c) * Multiplier2;
            hash ^= hash >> 31;
        }

        return Mix(hash);
    }

    /// <summary>
    /// As <see cref="Of"/>, without the member <c>stream_options</c>: asking for usage changes what is told of an answer, not the answer.
    /// </summary>
    public static ulong OfAnswer(ReadOnlySpan<byte> body, ulong seed)
    {
        var start = body.IndexOf("\"stream_options\""u8);
        var length = start < 0 ? -1 : body[start..].IndexOf((byte)'}') + 1;
        if (length <= 0)
        {
            return Of(body, seed);
        }

        // With the member goes one comma: the one behind it, or before it where it is the last.
        var end = start + length;
        if (end < body.Length && body[end] == ',')
        {
            end++;
        }
        else if (start > 0 && body[start - 1] == ',')
        {
            start--;
        }

        byte[] rest = [.. body[..start], .. body[end..]];
        return Of(rest, seed);
    }

    /// <summary>Another number that follows from <paramref name="seed"/> and looks unlike it.</summary>
    public static ulong Mix(ulong seed)
    {
        seed += Increment;
        seed = (seed ^ (seed >> 30)) * Multiplier1;
        seed = (seed ^ (seed >> 27)) * Multiplier2;
        return seed ^ (seed >> 31);
    }
}
