using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Lava.Server.Simulation;

/// <summary>A growing buffer of UTF-8 text, reused from call to call.</summary>
internal sealed class Utf8Buffer
{
    private const int FirstBytes = 4 * 1024;

    // The longest long has 20 characters, its sign included.
    private const int LongestNumber = 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public Utf8Buffer Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        Length += text.Length;
        return this;
    }

    public Utf8Buffer Append(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(LongestNumber), out var written);
        Length += written;
        return this;
    }

    /// <summary>Sixteen lower-case hexadecimal digits.</summary>
    public Utf8Buffer AppendHex(ulong bits)
    {
        Utf8Formatter.TryFormat(bits, Reserve(16), out var written, new StandardFormat('x', 16));
        Length += written;
        return this;
    }

    /// <summary>Text as the inside of a JSON string.</summary>
    public Utf8Buffer AppendEscaped(string text)
    {
        return Append(System.Text.Json.JsonEncodedText.Encode(text).EncodedUtf8Bytes);
    }

    /// <summary>Plain text, transcoded.</summary>
    public Utf8Buffer Append(ReadOnlySpan<char> text)
    {
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    /// <summary>Room for at least <paramref name="bytes"/> more; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Grow(bytes);
        }

        return _bytes.AsSpan(Length);
    }

    public Memory<byte> ReserveMemory(int bytes)
    {
        Reserve(bytes);
        return _bytes.AsMemory(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    public void Clear() => Length = 0;

    /// <summary>Forgets the text, and the memory too if it grew unusually large.</summary>
    public void Reset()
    {
        Length = 0;
        if (_bytes.Length > SimulatorLimits.KeptBufferBytes)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
        }
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + bytes), _bytes.Length * 2));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
