namespace Lava.Metering.Catalog;

/// <summary>What a host name may look like. Names only: an address, in whatever spelling, is none.</summary>
public static class ProviderHost
{
    /// <summary>The longest name, RFC 1035 section 2.3.4, without the final dot.</summary>
    public const int MaxLength = 253;

    private const int MaxLabelLength = 63;

    /// <summary>
    /// Is this a name in lower case ASCII, of two labels or more, without a final dot? A last label that is a number makes the whole an
    /// IPv4 address to many resolvers (decimal, octal, hexadecimal, with missing parts), so it is none.
    /// </summary>
    public static bool IsName(ReadOnlySpan<char> host)
    {
        if (host.Length is 0 or > MaxLength || !host.Contains('.') || EndsInNumber(host))
        {
            return false;
        }

        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Is the last label a number, as in 127.0.0.1, 2130706433, 0x7f000001 or 127.0.0.0x1? Such a host is an address.</summary>
    public static bool EndsInNumber(ReadOnlySpan<char> host)
    {
        host = host.TrimEnd('.');
        var last = host[(host.LastIndexOf('.') + 1)..];
        var hexadecimal = last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        foreach (var c in hexadecimal ? last[2..] : last)
        {
            if (!(hexadecimal ? char.IsAsciiHexDigit(c) : char.IsAsciiDigit(c)))
            {
                return false;
            }
        }

        return !last.IsEmpty;
    }
}
