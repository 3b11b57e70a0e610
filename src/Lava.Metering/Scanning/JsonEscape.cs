namespace Lava.Metering.Scanning;

/// <summary>One escape of a JSON string, read byte by byte after its backslash.</summary>
internal struct JsonEscape
{
    /// <summary>Bytes that one escape becomes at most.</summary>
    public const int MaxBytes = 3;

    private const byte HexDigits = 4;

    private ushort _unit;
    private byte _hexLeft;

    /// <summary>
    /// Takes the next byte. 0: more are needed; 1 to 3: bytes written, the escape is complete; -1: no escape.
    /// Half of a surrogate pair becomes two question marks: only lengths and ASCII names are read, and a pair has four bytes in UTF-8.
    /// </summary>
    public int Append(byte b, Span<byte> destination)
    {
        if (_hexLeft != 0)
        {
            return AppendHex(b, destination);
        }

        if (b == 'u')
        {
            _hexLeft = HexDigits;
            return 0;
        }

        var at = "\"\\/bfnrt"u8.IndexOf(b);
        if (at < 0)
        {
            return -1;
        }

        destination[0] = "\"\\/\b\f\n\r\t"u8[at];
        return 1;
    }

    private int AppendHex(byte b, Span<byte> destination)
    {
        if (!char.IsAsciiHexDigit((char)b))
        {
            return -1;
        }

        _unit = (ushort)((_unit << 4) | (char.IsAsciiDigit((char)b) ? b - '0' : (b | 0x20) - 'a' + 10));
        if (--_hexLeft != 0)
        {
            return 0;
        }

        if (char.IsSurrogate((char)_unit))
        {
            "??"u8.CopyTo(destination);
            return 2;
        }

        return new System.Text.Rune((char)_unit).EncodeToUtf8(destination);
    }
}
