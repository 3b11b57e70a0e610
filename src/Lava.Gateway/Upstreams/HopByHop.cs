using System.Text;
using Microsoft.Extensions.Primitives;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Headers that are for one connection, RFC 9110 section 7.6.1: named by the standard, or by the message's own Connection header.
/// </summary>
internal static class HopByHop
{
    /// <summary>Those that are hop-by-hop in every message.</summary>
    public static readonly string[] Names =
    [
        "Connection", "HTTP2-Settings", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    ];

    /// <summary>Does a Connection header name this one?</summary>
    public static bool IsNamedIn(StringValues connection, string name)
    {
        foreach (var line in connection)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (line.AsSpan(range).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The same for one line of it, in bytes.</summary>
    public static bool IsNamedIn(ReadOnlySpan<byte> connection, ReadOnlySpan<byte> name)
    {
        foreach (var range in connection.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(connection[range].Trim(" \t"u8), name))
            {
                return true;
            }
        }

        return false;
    }
}
