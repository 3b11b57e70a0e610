namespace Lava.Server.Web;

/// <summary>The headers of a page: what it may load, who may frame it, what it may do.</summary>
internal static class PageHeaders
{
    private const string StripeScripts = "https://js.stripe.com https://*.js.stripe.com";

    /// <summary>Sets them.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="framedBy">The one origin that may frame the page; null: none may.</param>
    /// <param name="cardScript">The script of the provider that takes cards; null: the page loads nothing from elsewhere.</param>
    public static void Set(IHeaderDictionary headers, string? framedBy, string? cardScript)
    {
        var (script, connect, frame) = Sources(cardScript);
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'{script}; style-src 'self'; img-src 'self'; connect-src 'self'{connect}; "
            + $"frame-src {frame}; form-action 'none'; base-uri 'none'; frame-ancestors {framedBy ?? "'none'"}";
        headers["referrer-policy"] = "no-referrer";
        headers["permissions-policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
        SetFragment(headers);
        if (framedBy is null)
        {
            headers.XFrameOptions = "DENY";
            headers["cross-origin-opener-policy"] = "same-origin";
        }
    }

    /// <summary>
    /// Those of a page of the dashboard: nothing from elsewhere, no script or style in the page itself, framed by nobody, forms that end
    /// here. Browsers say with a form which origin it is from, where the page tells it to pages of its own.
    /// </summary>
    public static void SetDashboard(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lava";
        headers["referrer-policy"] = "same-origin";
        headers["permissions-policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
        headers["cross-origin-opener-policy"] = "same-origin";
        headers["cross-origin-resource-policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        SetFragment(headers);
    }

    /// <summary>Those of an answer that a script reads.</summary>
    public static void SetFragment(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["x-robots-tag"] = "noindex";
    }

    // Where Stripe's script comes from its own host, its frames and calls go to hosts that its documentation lists
    // (https://docs.stripe.com/security/guide); a server that stands in for it does everything itself.
    private static (string Script, string Connect, string Frame) Sources(string? cardScript) => WebOrigin.Of(cardScript) switch
    {
        null => ("", "", "'none'"),
        "https://js.stripe.com" =>
            ($" {StripeScripts}", " https://api.stripe.com", $"{StripeScripts} https://hooks.stripe.com"),
        { } other => ($" {other}", $" {other}", other),
    };
}
