using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>Decodes a base64 text (RFC 4648 section 4, no line breaks) that comes in any pieces; up to three characters are kept.</summary>
internal struct Base64Text
{
    /// <summary>Bytes that one step decodes at most.</summary>
    public const int BytesMax = 768;

    private const int Group = 4;
    private const int TextMax = BytesMax / 3 * Group;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private Characters _kept;
    private int _keptLength;
    private bool _isPadded;

    /// <summary>Was there something that base64 can't have?</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Decodes some of the text, at least one character; says how many.</summary>
    /// <param name="text">The text's next characters; not empty.</param>
    /// <param name="bytes">Where to: <see cref="BytesMax"/> bytes.</param>
    /// <param name="written">How many bytes came out.</param>
    public int Decode(ReadOnlySpan<byte> text, Span<byte> bytes, out int written)
    {
        written = 0;
        var plain = text[..Math.Min(text.Length, TextMax)];
        var stop = plain.IndexOfAnyExcept(Alphabet);
        plain = stop < 0 ? plain : plain[..stop];
        if (IsMalformed || plain.IsEmpty || _isPadded)
        {
            ReadOdd(text[0], bytes, out written);
            return IsMalformed ? text.Length : 1;
        }

        if (_keptLength > 0 || plain.Length < Group)
        {
            return Keep(plain, bytes, out written);
        }

        plain = plain[..(plain.Length / Group * Group)];
        Base64.DecodeFromUtf8(plain, bytes, out _, out written);
        return plain.Length;
    }

    // Only the padding may follow the alphabet, and nothing but padding follows padding.
    private void ReadOdd(byte b, Span<byte> bytes, out int written)
    {
        written = 0;
        IsMalformed |= b != '=' || (!_isPadded && _keptLength < 2);
        if (IsMalformed || _isPadded)
        {
            return;
        }

        _isPadded = true;
        var kept = _keptLength;
        ((Span<byte>)_kept)[kept..].Fill((byte)'A');
        Base64.DecodeFromUtf8(_kept, bytes, out _, out _);
        written = kept - 1;
        _keptLength = 0;
    }

    private int Keep(ReadOnlySpan<byte> plain, Span<byte> bytes, out int written)
    {
        written = 0;
        plain = plain[..Math.Min(plain.Length, Group - _keptLength)];
        plain.CopyTo(((Span<byte>)_kept)[_keptLength..]);
        _keptLength += plain.Length;
        if (_keptLength == Group)
        {
            Base64.DecodeFromUtf8(_kept, bytes, out _, out written);
            _keptLength = 0;
        }

        return plain.Length;
    }

    [InlineArray(Group)]
    private struct Characters
    {
        private byte _first;
    }
}
