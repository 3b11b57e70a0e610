using System.Collections.Frozen;
using System.Text;
using Lava.Gateway.Upstreams.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Which of the provider's headers go to the caller: all end-to-end ones (rate limits, request ids, retry-after, Date, Server ...). Not:
/// what describes the provider's connection, what speaks for the provider's host name to a browser (that would now be ours), and
/// credentials.
/// Content-Length is the relay's to set.
/// </summary>
internal static class ResponseHeaderPolicy
{
    private static readonly FrozenSet<string> Dropped = FrozenSet.ToFrozenSet(
        [
            .. HopByHop.Names,
            .. CredentialHeaders.Names,
            "Content-Length",

            // Bound to the origin: cookies, HSTS, HTTP/3 advertisement, reports, and leave for foreign pages to read the answer.
            "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
            "Access-Control-Allow-Origin", "Access-Control-Allow-Private-Network", "Access-Control-Expose-Headers",
            "Access-Control-Max-Age", "Alt-Svc", "Clear-Site-Data",
            "NEL", "Public-Key-Pins", "Report-To", "Reporting-Endpoints", "Set-Cookie", "Set-Cookie2", "Strict-Transport-Security",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Copies the headers that may pass.</summary>
    public static void Copy(UpstreamExchange from, IHeaderDictionary to)
    {
        foreach (var header in from.Headers)
        {
            var name = HeaderNames.Get(header.Name);
            if (!name.MayPass
                || (from.NamesHeaders && IsNamedInConnection(from.Headers, header.Name))
                || name.TextOf(header.Value) is not { } value)
            {
                continue;
            }

            to[name.Text] = StringValues.Concat(to[name.Text], value);
        }
    }

    /// <summary>Does a header of this name pass at all?</summary>
    public static bool MayPass(string name) =>
        !Dropped.Contains(name) && !name.StartsWith(RequestHeaderPolicy.OwnPrefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamedInConnection(UpstreamHeaders headers, ReadOnlySpan<byte> name)
    {
        foreach (var header in headers)
        {
            if (Ascii.EqualsIgnoreCase(header.Name, "connection"u8) && HopByHop.IsNamedIn(header.Value, name))
            {
                return true;
            }
        }

        return false;
    }
}
