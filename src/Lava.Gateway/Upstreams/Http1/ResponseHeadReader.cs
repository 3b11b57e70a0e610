using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// Reads the head of an answer as its bytes come, strictly (RFC 9112): what one reader takes for one answer must not be two for another.
/// Lines end in CR LF, nothing is folded, a name touches its colon; lengths that contradict each other end it.
/// </summary>
internal struct ResponseHeadReader
{
    private const int StatusLineMin = 12;
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private int _line;
    private int _searched;
    private int _count;
    private bool _isOld;
    private bool _saysClose;
    private bool _saysKeepAlive;

    public ResponseHeadReader() => ContentLength = -1;

    /// <summary>Three digits.</summary>
    public int StatusCode { get; private set; }

    /// <summary>What Content-Length says; -1 without one.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Is the body in chunks?</summary>
    public bool IsChunked { get; private set; }

    /// <summary>Does Connection name other headers, which end here as it does?</summary>
    public bool NamesHeaders { get; private set; }

    /// <summary>
    /// May another request follow on the connection? Not where it says so, and not where a length stands beside chunks: which of the two
    /// counts is certain (RFC 9112, 6.3), that the sender knows is not.
    /// </summary>
    public readonly bool KeepsAlive => !_saysClose && (!_isOld || _saysKeepAlive) && !(IsChunked && ContentLength >= 0);

    /// <summary>Where the header lines begin and end.</summary>
    public Range Lines { get; private set; }

    /// <summary>Bytes of the whole head.</summary>
    public readonly int Length => _line;

    /// <summary>Reads on.</summary>
    /// <param name="bytes">All that has come since the head's beginning.</param>
    /// <returns>Is it whole (true), does it need more (null), or does it break the rules (false)?</returns>
    public bool? Read(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var found = bytes[_searched..].IndexOf((byte)'\n');
            if (found < 0)
            {
                _searched = bytes.Length;
                return null;
            }

            var end = _searched + found;
            var line = bytes[_line..end];
            if (line is not [.. var text, (byte)'\r'] || text.ContainsAny((byte)'\r', (byte)0))
            {
                return false;
            }

            _searched = end + 1;
            var start = _line;
            _line = end + 1;
            if (StatusCode == 0)
            {
                if (!TryTakeStatus(text))
                {
                    return false;
                }

                Lines = _line.._line;
            }
            else if (text.IsEmpty)
            {
                Lines = Lines.Start.Value..start;

                // An HTTP/1.0 sender knows no chunks (RFC 9112, 6.1).
                return !(_isOld && IsChunked);
            }
            else if (!TryTakeHeader(text))
            {
                return false;
            }
        }
    }

    private bool TryTakeStatus(ReadOnlySpan<byte> line)
    {
        _isOld = line.StartsWith("HTTP/1.0 "u8);
        if (line.Length < StatusLineMin
            || !(_isOld || line.StartsWith("HTTP/1.1 "u8))
            || !Utf8Parser.TryParse(line[9..StatusLineMin], out int status, out var digits)
            || digits != 3
            || status is < 100 or > 999
            || (line.Length > StatusLineMin && line[StatusLineMin] != ' '))
        {
            return false;
        }

        StatusCode = status;
        return true;
    }

    private bool TryTakeHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(NameBytes) || ++_count > Http1Limits.Headers)
        {
            return false;
        }

        var name = line[..colon];
        return colon switch
        {
            10 when Ascii.EqualsIgnoreCase(name, "connection"u8) => TakeConnection(line[(colon + 1)..]),
            14 when Ascii.EqualsIgnoreCase(name, "content-length"u8) => TryTakeLength(line[(colon + 1)..].Trim(" \t"u8)),
            17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8) => TryTakeEncoding(line[(colon + 1)..].Trim(" \t"u8)),
            _ => true,
        };
    }

    // Twice the same is once; a list of lengths is none.
    private bool TryTakeLength(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(value, out long length, out var digits) || digits != value.Length
            || (ContentLength >= 0 && ContentLength != length))
        {
            return false;
        }

        ContentLength = length;
        return true;
    }

    private bool TryTakeEncoding(ReadOnlySpan<byte> value)
    {
        var isFirst = !IsChunked;
        IsChunked = true;
        return isFirst && Ascii.EqualsIgnoreCase(value, "chunked"u8);
    }

    private bool TakeConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            if (Ascii.EqualsIgnoreCase(option, "close"u8))
            {
                _saysClose = true;
            }
            else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
            {
                _saysKeepAlive = true;
            }
            else
            {
                NamesHeaders |= !option.IsEmpty;
            }
        }

        return true;
    }
}
