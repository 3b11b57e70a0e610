namespace Lava.Metering.Scanning;

/// <summary>A part of a body.</summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Length">Its bytes; 0: the part is not there.</param>
public readonly record struct ByteRange(int Offset, int Length)
{
    /// <summary>Is the part there?</summary>
    public bool IsPresent => Length > 0;

    /// <summary>The first byte after it.</summary>
    public int End => Offset + Length;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body.Slice(Offset, Length);
}
