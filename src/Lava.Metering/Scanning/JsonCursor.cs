using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lava.Metering.Scanning;

/// <summary>A place in JSON text, and the steps over what stands there. A step that fails is a syntax error.</summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> text)
{
    private const byte FirstPrintable = 0x20;

    // The quotes, the backslash, and the control characters, which a string may only contain escaped (RFC 8259, section 7).
    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [.. Enumerable.Range(0, FirstPrintable).Select(static b => (byte)b), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<byte> ContainerStops = SearchValues.Create("\"{}[]"u8);

    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>The offset in the text.</summary>
    public int Position { get; private set; }

    /// <summary>The byte here after blanks; 0 at the end.</summary>
    public byte Peek()
    {
        var at = Position;
        while (at < _text.Length && _text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        Position = at;
        return at < _text.Length ? _text[at] : (byte)0;
    }

    /// <summary>Steps over one byte.</summary>
    public void Advance() => Position++;

    /// <summary>Steps over <paramref name="expected"/>, with blanks before it.</summary>
    public bool TryTake(byte expected)
    {
        if (Peek() != expected || Position == _text.Length)
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>Steps over a string: <paramref name="content"/> is between its quotes.</summary>
    public bool TryTakeString(out ByteRange content, out bool hasEscapes)
    {
        hasEscapes = false;
        content = default;
        if (!TryTake((byte)'"'))
        {
            return false;
        }

        var start = Position;
        while (true)
        {
            var stop = IndexOfStop(_text[Position..]);
            if (stop < 0)
            {
                return false;
            }

            Position += stop + 1;
            switch (_text[Position - 1])
            {
                case (byte)'"':
                    content = new ByteRange(start, Position - 1 - start);
                    return true;
                case (byte)'\\':
                    hasEscapes = true;
                    if (!TryTakeEscape())
                    {
                        return false;
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Steps over a number, true, false or null.</summary>
    public bool TryTakeScalar(out ByteRange token)
    {
        var first = Peek();
        var start = Position;
        var taken = first switch
        {
            (byte)'t' => TryTakeWord("true"u8),
            (byte)'f' => TryTakeWord("false"u8),
            (byte)'n' => TryTakeWord("null"u8),
            _ => TryTakeNumber(),
        };
        token = new ByteRange(start, Position - start);
        return taken;
    }

    /// <summary>Steps over any value. Inside objects and arrays only brackets and strings are looked at.</summary>
    public bool TrySkipValue()
    {
        switch (Peek())
        {
            case (byte)'"':
                return TryTakeString(out _, out _);
            case (byte)'{' or (byte)'[':
                return TrySkipContainer();
            default:
                return TryTakeScalar(out _);
        }
    }

    // Nearly all keys and most values end within one vector: looking there first, in line, spares a call that costs more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOfStop(ReadOnlySpan<byte> text)
    {
        if (text.Length < Vector256<byte>.Count)
        {
            return text.IndexOfAny(StringStops);
        }

        var bytes = Vector256.Create(text);
        var stops = (Vector256.Equals(bytes, Vector256.Create((byte)'"'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
            | Vector256.LessThan(bytes, Vector256.Create(FirstPrintable))).ExtractMostSignificantBits();
        return stops != 0 ? BitOperations.TrailingZeroCount(stops) : IndexOfFurtherStop(text);
    }

    private static int IndexOfFurtherStop(ReadOnlySpan<byte> text)
    {
        var stop = text[Vector256<byte>.Count..].IndexOfAny(StringStops);
        return stop < 0 ? stop : stop + Vector256<byte>.Count;
    }

    private bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        if (!_text[Position..].StartsWith(word))
        {
            return false;
        }

        Position += word.Length;
        return true;
    }

    private bool TryTakeNumber()
    {
        var number = default(DecimalNumber);
        while (Position < _text.Length && number.TryAppend(_text[Position]))
        {
            Position++;
        }

        return number.IsComplete;
    }

    private bool TryTakeEscape()
    {
        Span<byte> decoded = stackalloc byte[JsonEscape.MaxBytes];
        var escape = default(JsonEscape);
        while (Position < _text.Length)
        {
            var length = escape.Append(_text[Position++], decoded);
            if (length != 0)
            {
                return length > 0;
            }
        }

        return false;
    }

    private bool TrySkipContainer()
    {
        for (var depth = 0; ;)
        {
            var stop = _text[Position..].IndexOfAny(ContainerStops);
            if (stop < 0)
            {
                return false;
            }

            Position += stop;
            switch (_text[Position])
            {
                case (byte)'"':
                    if (!TryTakeString(out _, out _))
                    {
                        return false;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    Position++;
                    depth++;
                    break;
                default:
                    Position++;
                    if (--depth == 0)
                    {
                        return true;
                    }

                    break;
            }
        }
    }
}
