namespace Lava.Server.Web;

/// <summary>
/// Origins of the web, rebuilt from their parts: nothing else of a stored text gets into a header or a page.
/// </summary>
internal static class WebOrigin
{
    /// <summary>Scheme, host and port; null: no http or https address.</summary>
    public static string? Of(string? url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.IdnHost.Length == 0)
        {
            return null;
        }

        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }

    /// <summary>
    /// Does a page of this server itself send the request? Browsers name the page's origin with every POST; only a request that they call
    /// same-origin may lack it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="publicOrigin">Where browsers find this server; null: wherever they say that they are, behind any TLS proxy.</param>
    public static bool IsOwn(HttpRequest request, string? publicOrigin)
    {
        var named = request.Headers.Origin;
        return named.Count == 0
            ? request.Headers["sec-fetch-site"] == "same-origin"
            : IsOwn(request, named.Count == 1 ? named[0] : null, publicOrigin);
    }

    /// <summary>Is an address one of this server?</summary>
    /// <param name="request">Any that came to it.</param>
    /// <param name="url">The address.</param>
    /// <param name="publicOrigin">Where browsers find this server; null: where the request found it.</param>
    public static bool IsOwn(HttpRequest request, string? url, string? publicOrigin) => Of(url) is { } origin
        && (publicOrigin is null
            ? string.Equals(new Uri(origin).Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            : string.Equals(origin, publicOrigin, StringComparison.OrdinalIgnoreCase));
}
