using System.Text;

namespace Lava.Metering.Scanning;

/// <summary>The parameters of a header's value: <c>form-data; name="file"; filename=a.mp3</c>.</summary>
internal ref struct FormParameters(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> _rest = value;

    /// <summary>Is the value malformed?</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Takes what stands before the first parameter.</summary>
    public ReadOnlySpan<byte> TakeKind()
    {
        var end = _rest.IndexOf((byte)';');
        var kind = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        return kind.Trim(" \t"u8);
    }

    /// <summary>Takes the next parameter; false at the end or where it is malformed. Escapes in a value stay as they are.</summary>
    public bool TryTake(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> content)
    {
        name = default;
        content = default;
        _rest = _rest.TrimStart(" \t"u8);
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest[0] != ';')
        {
            IsMalformed = true;
            return false;
        }

        _rest = _rest[1..].TrimStart(" \t"u8);
        var equals = _rest.IndexOf((byte)'=');
        if (equals < 0)
        {
            IsMalformed = !_rest.IsEmpty;
            return false;
        }

        name = _rest[..equals].Trim(" \t"u8);
        _rest = _rest[(equals + 1)..].TrimStart(" \t"u8);
        IsMalformed = name.IsEmpty || name.Contains((byte)';') || !TryTakeContent(out content);
        return !IsMalformed;
    }

    /// <summary>Is it this text, whatever the case of its letters?</summary>
    public static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(text, other);

    private bool TryTakeContent(out ReadOnlySpan<byte> content)
    {
        if (_rest.IsEmpty || _rest[0] != '"')
        {
            var end = _rest.IndexOf((byte)';');
            content = (end < 0 ? _rest : _rest[..end]).TrimEnd(" \t"u8);
            _rest = end < 0 ? default : _rest[end..];
            return !content.Contains((byte)'"');
        }

        for (var at = 1; at < _rest.Length; at++)
        {
            if (_rest[at] == '"')
            {
                content = _rest[1..at];
                _rest = _rest[(at + 1)..];
                return true;
            }

            at += _rest[at] == '\\' ? 1 : 0;
        }

        content = default;
        return false;
    }
}
