using System.Buffers.Text;
using System.Text;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// Writes a request's head. Names and values were checked by those who hand them over: no line break is in them. One that grows beyond
/// <see cref="Http1Limits.RequestHeadBytes"/> is not sent.
/// </summary>
internal sealed class RequestHeadWriter(ExchangeBuffer buffer)
{
    // Header values leave as the bytes that came: the server reads them as UTF-8.
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Did it not fit?</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Starts a head: method, path and query, without the end of the line, so that a parameter can follow.</summary>
    public void Begin(ReadOnlySpan<char> method, ReadOnlySpan<byte> pathAndQuery)
    {
        IsTooLong = false;
        Write(method);
        Write(" "u8);
        Write(pathAndQuery);
    }

    /// <summary>Adds a parameter to the query, percent-encoded.</summary>
    public void Parameter(bool isFirst, ReadOnlySpan<char> name, ReadOnlySpan<byte> value)
    {
        Write(isFirst ? "?"u8 : "&"u8);
        Write(name);
        Write("="u8);
        Span<byte> encoded = stackalloc byte[3];
        foreach (var b in value)
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
            encoded[0] = isPlain ? b : (byte)'%';
            encoded[1] = Digit(b >> 4);
            encoded[2] = Digit(b & 15);
            Write(encoded[..(isPlain ? 1 : 3)]);
        }
    }

    /// <summary>Ends the request line and names the host.</summary>
    public void Host(ReadOnlySpan<byte> host)
    {
        Write(" HTTP/1.1\r\nHost: "u8);
        Write(host);
        Write("\r\n"u8);
    }

    /// <summary>A header.</summary>
    public void Header(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        Write(name);
        Write(": "u8);
        Write(value);
        Write("\r\n"u8);
    }

    /// <summary>A header whose value is bytes behind a text.</summary>
    public void Header(ReadOnlySpan<char> name, ReadOnlySpan<char> prefix, ReadOnlySpan<byte> value)
    {
        Write(name);
        Write(": "u8);
        Write(prefix);
        Write(value);
        Write("\r\n"u8);
    }

    /// <summary>The length of the body.</summary>
    public void ContentLength(int length)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(length, digits, out var count);
        Header("Content-Length", "", digits[..count]);
    }

    /// <summary>Ends the head.</summary>
    public void End() => Write("\r\n"u8);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (TryReserve(bytes.Length))
        {
            bytes.CopyTo(buffer.Free.Span);
            buffer.Advance(bytes.Length);
        }
    }

    private void Write(ReadOnlySpan<char> text)
    {
        if (TryReserve(Utf8.GetMaxByteCount(text.Length)))
        {
            buffer.Advance(Utf8.GetBytes(text, buffer.Free.Span));
        }
    }

    private bool TryReserve(int bytes)
    {
        IsTooLong = IsTooLong || !buffer.TryEnsure(bytes, Http1Limits.RequestHeadBytes);
        return !IsTooLong;
    }

    private static byte Digit(int value) => "0123456789ABCDEF"u8[value];
}
