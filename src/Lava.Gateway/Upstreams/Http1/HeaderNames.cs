using System.Buffers.Binary;
using System.Text;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The names of answers' headers, so that a name that was seen before makes no string: providers send the same ones with every answer.
/// One place for each hash; a new name takes the place of the old one.
/// </summary>
internal static class HeaderNames
{
    // A provider sends thirty: room for many, at 100 bytes each with its values about half a megabyte.
    private const int Places = 1024;
    private const int MaxKeptBytes = 64;
    private static readonly HeaderName?[] Kept = new HeaderName?[Places];

    /// <summary>The name, in its own spelling.</summary>
    public static HeaderName Get(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxKeptBytes)
        {
            return new HeaderName(Encoding.ASCII.GetString(name));
        }

        ref var place = ref Kept[Hash(name) & (Places - 1)];
        var kept = Volatile.Read(ref place);
        if (kept is null || !Ascii.Equals(name, kept.Text))
        {
            kept = new HeaderName(Encoding.ASCII.GetString(name));
            Volatile.Write(ref place, kept);
        }

        return kept;
    }

    /// <summary>Good enough for a place: length, beginning and end tell names apart. Who aims at a place only makes strings.</summary>
    internal static int Hash(ReadOnlySpan<byte> text)
    {
        ulong first = 0;
        ulong last = 0;
        if (text.Length >= sizeof(ulong))
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(text);
            last = BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var b in text)
            {
                first = (first << 8) | b;
            }
        }

        // Odd constants of the golden ratio and of pi: their products mix well into the upper bits.
        return (int)(((first * 0x9E3779B97F4A7C15) ^ ((last + (ulong)text.Length) * 0x243F6A8885A308D3)) >> 40);
    }
}
