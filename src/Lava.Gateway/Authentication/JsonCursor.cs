using System.Buffers;
using System.Text;

namespace Lava.Gateway.Authentication;

/// <summary>
/// A place in a small JSON text (RFC 8259) that is held whole and is known to be UTF-8. Every method that fails leaves the text unusable.
/// </summary>
internal ref struct JsonCursor(Span<byte> text)
{
    /// <summary>Nesting of values that are skipped: a token nests nothing, and recursion needs an end.</summary>
    public const int MaxDepth = 8;

    // What ends a run of plain characters inside a string: the quote, an escape, or a control character, which is an error.
    private static readonly SearchValues<byte> Stops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly Span<byte> _text = text;
    private int _at;

    /// <summary>A part of the text.</summary>
    public readonly ReadOnlySpan<byte> this[Range range] => _text[range];

    /// <summary>Nothing but blanks left?</summary>
    public bool IsAtEnd()
    {
        SkipBlanks();
        return _at == _text.Length;
    }

    /// <summary>Steps over one character and the blanks before it; stays where it is when another follows.</summary>
    public bool TryTake(byte expected)
    {
        SkipBlanks();
        if (_at == _text.Length || _text[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Steps over a word: null, true, false.</summary>
    public bool TryTake(ReadOnlySpan<byte> word)
    {
        SkipBlanks();
        if (!_text[_at..].StartsWith(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    /// <summary>Reads a string and unescapes it in place.</summary>
    public bool TryReadString(out Range value)
    {
        value = default;
        if (!TryTake((byte)'"'))
        {
            return false;
        }

        var start = _at;
        var end = _at;
        while (true)
        {
            var run = _text[_at..].IndexOfAny(Stops);
            if (run < 0)
            {
                return false;
            }

            if (end != _at)
            {
                _text.Slice(_at, run).CopyTo(_text[end..]);
            }

            end += run;
            _at += run + 1;
            var stop = _text[_at - 1];
            if (stop == '"')
            {
                value = start..end;
                return true;
            }

            if (stop != '\\' || !TryReadEscape(out var rune))
            {
                return false;
            }

            end += rune.EncodeToUtf8(_text[end..]);
        }
    }

    /// <summary>Steps over any value.</summary>
    public bool TrySkipValue() => TrySkipValue(MaxDepth);

    private bool TrySkipValue(int depth)
    {
        SkipBlanks();
        if (_at == _text.Length || depth == 0)
        {
            return false;
        }

        return _text[_at] switch
        {
            (byte)'"' => TryReadString(out _),
            (byte)'{' or (byte)'[' => TrySkipNested(depth),
            (byte)'t' => TryTake("true"u8),
            (byte)'f' => TryTake("false"u8),
            (byte)'n' => TryTake("null"u8),
            _ => TrySkipNumber(),
        };
    }

    private bool TrySkipNested(int depth)
    {
        var isObject = _text[_at++] == '{';
        var close = isObject ? (byte)'}' : (byte)']';
        if (TryTake(close))
        {
            return true;
        }

        do
        {
            if (isObject && !(TryReadString(out _) && TryTake((byte)':')))
            {
                return false;
            }

            if (!TrySkipValue(depth - 1))
            {
                return false;
            }
        }
        while (TryTake((byte)','));
        return TryTake(close);
    }

    private bool TrySkipNumber()
    {
        // Its value is nobody's concern: a run of what numbers are made of will do.
        var length = _text[_at..].IndexOfAnyExcept("+-.0123456789Ee"u8);
        length = length < 0 ? _text.Length - _at : length;
        _at += length;
        return length > 0;
    }

    private bool TryReadEscape(out Rune rune)
    {
        rune = default;
        if (_at == _text.Length)
        {
            return false;
        }

        var c = _text[_at++];
        if (c == 'u')
        {
            return TryReadUnicode(out rune);
        }

        var plain = c switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => c,
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => (byte)0,
        };
        rune = new Rune((char)plain);
        return plain != 0;
    }

    private bool TryReadUnicode(out Rune rune)
    {
        rune = default;
        if (!TryReadHex(out var unit))
        {
            return false;
        }

        if (Rune.TryCreate(unit, out rune))
        {
            return true;
        }

        // Half of a pair: the other half must follow, or the text is not Unicode.
        return TryTakeHere("\\u"u8) && TryReadHex(out var low) && Rune.TryCreate(unit, low, out rune);
    }

    private bool TryTakeHere(ReadOnlySpan<byte> expected)
    {
        var found = _text[_at..].StartsWith(expected);
        _at += found ? expected.Length : 0;
        return found;
    }

    private bool TryReadHex(out char unit)
    {
        unit = default;
        if (_text.Length - _at < 4)
        {
            return false;
        }

        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            var c = _text[_at++];
            if (!char.IsAsciiHexDigit((char)c))
            {
                return false;
            }

            value = (value << 4) | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        unit = (char)value;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _at++;
        }
    }
}
