using System.Buffers;
using System.Text;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Takes an absolute URL apart. Not <see cref="Uri"/>: that repairs what it reads (dot segments, backslashes, percent-encoding, numbers
/// as addresses), and whoever checks the repaired spelling and sends the other has checked nothing. Whatever is doubtful is refused.
/// </summary>
internal static class TargetUrl
{
    private const string Scheme = "https://";
    private const string WebSocketScheme = "wss://";
    private const string Port = "443";

    // Visible ASCII without what RFC 3986 keeps out of URLs and what other readers take for something else.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x20).Select(value => (char)value).Except("\"#<>\\^`{|}")]);

    /// <summary>Checks a URL and finds its parts; the host is put into lower case where it stands.</summary>
    public static TargetOutcome Parse(Span<char> url, out Range host, out int path)
    {
        host = default;
        path = 0;
        var characters = CheckCharacters(url);
        if (characters != TargetOutcome.Ok)
        {
            return characters;
        }

        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && !IsWebSocket(url))
        {
            return url.Contains("://", StringComparison.Ordinal) ? TargetOutcome.NotHttps : TargetOutcome.Malformed;
        }

        var start = IsWebSocket(url) ? WebSocketScheme.Length : Scheme.Length;
        var length = url[start..].IndexOfAny('/', '?');
        path = length < 0 ? url.Length : start + length;
        var authority = url[start..path];
        if (authority.Contains('@'))
        {
            return TargetOutcome.UserInfo;
        }

        if (authority.StartsWith("["))
        {
            return TargetOutcome.IpAddress;
        }

        var colon = authority.IndexOf(':');
        if (colon >= 0 && !authority[(colon + 1)..].SequenceEqual(Port))
        {
            return TargetOutcome.Port;
        }

        var name = colon < 0 ? authority : authority[..colon];
        Ascii.ToLowerInPlace(name, out _);
        host = start..(start + name.Length);
        return ProviderHost.IsName(name) ? TargetOutcome.Ok
            : ProviderHost.EndsInNumber(name) ? TargetOutcome.IpAddress
            : TargetOutcome.InvalidHost;
    }

    /// <summary>Does the URL say that it is a WebSocket's? A WebSocket's may as well say https.</summary>
    public static bool IsWebSocket(ReadOnlySpan<char> url) => url.StartsWith(WebSocketScheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Are all characters allowed, and all percent signs followed by two digits that stand for no control character?</summary>
    public static TargetOutcome CheckCharacters(ReadOnlySpan<char> text)
    {
        var forbidden = text.IndexOfAnyExcept(Allowed);
        if (forbidden >= 0)
        {
            return text[forbidden] == '#' ? TargetOutcome.Fragment : TargetOutcome.ForbiddenCharacter;
        }

        for (var percent = text.IndexOf('%'); percent >= 0; percent = text.IndexOf('%'))
        {
            if (!TryDecode(text[percent..], out var value))
            {
                return TargetOutcome.Malformed;
            }

            if (char.IsControl(value))
            {
                return TargetOutcome.ForbiddenCharacter;
            }

            text = text[(percent + 3)..];
        }

        return TargetOutcome.Ok;
    }

    /// <summary>
    /// Is a segment of the path "." or ".."? Percent-encoded dots and slashes count, and so do a backslash and a semicolon, at which
    /// some servers end a segment: what one reader skips must not lead another to a path that was not checked.
    /// </summary>
    public static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        var dots = 0;
        var others = false;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '%' && TryDecode(path[i..], out var decoded))
            {
                c = decoded;
                i += 2;
            }

            if (c is '/' or '\\' or ';')
            {
                if (!others && dots is 1 or 2)
                {
                    return true;
                }

                dots = 0;
                others = false;
            }
            else if (c == '.')
            {
                dots++;
            }
            else
            {
                others = true;
            }
        }

        return !others && dots is 1 or 2;
    }

    /// <summary>Percent-decodes a text of ASCII into the bytes that it stands for.</summary>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%' && TryDecode(text[i..], out var decoded))
            {
                c = decoded;
                i += 2;
            }

            bytes[length++] = (byte)c;
        }

        return bytes[..length];
    }

    /// <summary>The character that "%41" at the start of the text stands for.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out char value)
    {
        Span<byte> decoded = stackalloc byte[1];
        value = default;
        if (text.Length < 3 || Convert.FromHexString(text.Slice(1, 2), decoded, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        value = (char)decoded[0];
        return true;
    }
}
