using System.Buffers.Text;

namespace Lava.Load.Comparing;

/// <summary>A time inside an event: sixteen hexadecimal digits, so that all events are as long.</summary>
internal static class Stamp
{
    public const int Length = 16;

    public static void Write(long nanoseconds, Span<byte> into) => nanoseconds.TryFormat(into, out _, "x16");

    /// <summary>Zero: that is none.</summary>
    public static long Read(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text[..Length], out long value, out _, 'x') ? value : 0;
}
