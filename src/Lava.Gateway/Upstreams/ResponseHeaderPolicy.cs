using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Which of the provider's headers go to the caller: all end-to-end ones (rate limits, request ids, retry-after, Date, Server ...). Not:
/// what describes the provider's connection, what speaks for the provider's host name to a browser (that would now be ours), and
/// credentials.
/// Content-Length is the relay's to set.
/// </summary>
public static class ResponseHeaderPolicy
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

    /// <summary>Copies the headers that may pass, those of the content too.</summary>
    public static void Copy(HttpResponseMessage from, IHeaderDictionary to)
    {
        var connection = from.Headers.NonValidated.TryGetValues("Connection", out var values) ? ToStringValues(values) : default;
        Copy(from.Headers.NonValidated, connection, to);
        Copy(from.Content.Headers.NonValidated, connection, to);
    }

    /// <summary>Does a header of this name pass at all?</summary>
    public static bool MayPass(string name) =>
        !Dropped.Contains(name) && !name.StartsWith(RequestHeaderPolicy.OwnPrefix, StringComparison.OrdinalIgnoreCase);

    private static void Copy(HttpHeadersNonValidated from, StringValues connection, IHeaderDictionary to)
    {
        foreach (var header in from)
        {
            if (MayPass(header.Key) && !HopByHop.IsNamedIn(connection, header.Key))
            {
                var values = ToStringValues(header.Value);
                if (values.Count > 0)
                {
                    to[header.Key] = StringValues.Concat(to[header.Key], values);
                }
            }
        }
    }

    private static StringValues ToStringValues(HeaderStringValues from)
    {
        var values = StringValues.Empty;
        foreach (var value in from)
        {
            if (HeaderValue.IsSafeAscii(value))
            {
                values = StringValues.Concat(values, value);
            }
        }

        return values;
    }
}
