using System.Text;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Gives a request the provider's key, in the provider's way: in the query, while that is written, or in a header. Nothing else is
/// added: what the caller did not send is not our word to say.
/// </summary>
internal static class ProviderAuthorizer
{
    /// <summary>
    /// Where the provider wants its key in the query: sets it there. Of this request alone, the shared target never holds it.
    /// </summary>
    /// <param name="request">The request, its path and query written and nothing else.</param>
    /// <param name="hasQuery">Is there a query?</param>
    /// <param name="scheme">How the key is wanted.</param>
    /// <param name="key">A key as <see cref="Set(RequestHeadWriter, in ProviderKeyScheme, ReadOnlySpan{byte}, string?)"/> takes it.</param>
    /// <param name="ready">The same.</param>
    public static void SetInQuery(
        RequestHeadWriter request, bool hasQuery, in ProviderKeyScheme scheme, ReadOnlySpan<byte> key, string? ready)
    {
        if (scheme.Parameter.Length > 0 && (ready is not null || !key.IsEmpty))
        {
            request.Parameter(!hasQuery, scheme.Parameter, ready is null ? key : Encoding.ASCII.GetBytes(ready));
        }
    }

    /// <summary>
    /// Where the provider wants its key in a header: sets it there. The caller's own header of that name must not be there.
    /// </summary>
    /// <param name="request">The request, its headers being written.</param>
    /// <param name="scheme">How the key is wanted.</param>
    /// <param name="key">A key of a forward token or of the merchant, visible ASCII; empty for none.</param>
    /// <param name="ready">A key that is ready to be sent, as <see cref="ManagedProviderKeys"/> has it; null for none.</param>
    public static void Set(RequestHeadWriter request, in ProviderKeyScheme scheme, ReadOnlySpan<byte> key, string? ready)
    {
        if (scheme.Parameter.Length > 0)
        {
            return;
        }

        if (ready is not null)
        {
            request.Header(scheme.Header, ready);
        }
        else if (!key.IsEmpty)
        {
            request.Header(scheme.Header, scheme.Prefix, key);
        }
    }
}
