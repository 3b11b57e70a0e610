using System.Collections.Frozen;
using Lava.Gateway.Upstreams.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Which of the caller's headers go to the provider: all end-to-end ones, known or not, so that no beta flag is lost. Not: credentials,
/// cookies, what is ours, what describes the caller's connection, and what would let a call do something else than its method says.
/// </summary>
internal static class RequestHeaderPolicy
{
    /// <summary>Headers that are addressed to this gateway begin so.</summary>
    public const string OwnPrefix = "x-lava-";

    private static readonly FrozenSet<string> Dropped = FrozenSet.ToFrozenSet(
        [
            .. HopByHop.Names,
            .. CredentialHeaders.Names,

            // Set from the target, from the content, and below.
            "Host", "Content-Length", "Accept-Encoding", "Expect",

            // Google's APIs honour these: a free GET would become a POST that costs.
            "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override",

            // The caller's address and the way it came are nobody's business upstream.
            "CF-Connecting-IP", "Forwarded", "True-Client-IP", "Via", "X-Client-IP", "X-Forwarded-For", "X-Forwarded-Host",
            "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Server", "X-Original-Host",
            "X-Original-URL", "X-Real-IP", "X-Rewrite-URL",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes the headers that may pass.</summary>
    /// <param name="from">The caller's.</param>
    /// <param name="to">The request.</param>
    /// <param name="replaced">Names of headers that the gateway itself sets on this request; null for none.</param>
    public static void Write(IHeaderDictionary from, RequestHeadWriter to, params ReadOnlySpan<string?> replaced)
    {
        // Kestrel has cut it down to the option that it knows (keep-alive, close, upgrade) where one stands in it: beside such an option
        // the names of other headers are lost, and those headers pass.
        var connection = from.Connection;
        foreach (var (name, values) in from)
        {
            if (MayPass(name) && !HopByHop.IsNamedIn(connection, name) && !replaced.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                Write(to, name, values);
            }
        }

        // Usage is read out of the bytes as they pass: they must not be compressed.
        to.Header("Accept-Encoding", "identity");
    }

    /// <summary>Does a header of this name pass at all?</summary>
    public static bool MayPass(string name) => !Dropped.Contains(name) && !name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    private static void Write(RequestHeadWriter to, string name, StringValues values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value && HeaderValue.IsSafe(value))
            {
                to.Header(name, value);
            }
        }
    }
}
