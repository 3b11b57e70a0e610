using System.Text;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The headers of an answer, in its order: lines that <see cref="ResponseHeadReader"/> has checked, taken apart as they are asked for.
/// </summary>
internal ref struct UpstreamHeaders(ReadOnlySpan<byte> lines)
{
    private readonly ReadOnlySpan<byte> _lines = lines;
    private int _next;

    /// <summary>The header at which the enumeration stands.</summary>
    public UpstreamHeader Current { get; private set; }

    /// <summary>Enumerates them.</summary>
    public readonly UpstreamHeaders GetEnumerator() => new(_lines);

    /// <summary>Goes on to the next one.</summary>
    public bool MoveNext()
    {
        var rest = _lines[_next..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        var line = rest[..(end - 1)];
        var colon = line.IndexOf((byte)':');
        Current = new UpstreamHeader(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        _next += end + 1;
        return true;
    }

    /// <summary>The values of a header, joined as the standard joins them; null where it is not there.</summary>
    public readonly string? Find(string name)
    {
        string? found = null;
        foreach (var header in this)
        {
            if (Ascii.EqualsIgnoreCase(header.Name, name))
            {
                var value = Encoding.Latin1.GetString(header.Value);
                found = found is null ? value : $"{found}, {value}";
            }
        }

        return found;
    }
}
