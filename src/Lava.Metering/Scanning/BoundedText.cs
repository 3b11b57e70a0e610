using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>A copy of a short string out of a stream: model names, ids, type names. What does not fit is dropped.</summary>
internal struct BoundedText
{
    /// <summary>Bytes kept. The longest known model names (inference profile ARNs) have about 120.</summary>
    public const int Capacity = 128;

    private Bytes _bytes;
    private int _length;

    /// <summary>Forgets the text.</summary>
    public void Clear() => _length = 0;

    /// <summary>Is it empty?</summary>
    public readonly bool IsEmpty => _length == 0;

    /// <summary>The text.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)_bytes)[.._length];

    /// <summary>Adds bytes as far as they fit.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var fitting = bytes[..Math.Min(bytes.Length, Capacity - _length)];
        fitting.CopyTo(((Span<byte>)_bytes)[_length..]);
        _length += fitting.Length;
    }

    /// <summary>Is it this text?</summary>
    public readonly bool Is(ReadOnlySpan<byte> text) => Span.SequenceEqual(text);

    [InlineArray(Capacity)]
    private struct Bytes
    {
        private byte _first;
    }
}
