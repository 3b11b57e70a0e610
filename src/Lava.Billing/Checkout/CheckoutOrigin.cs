namespace Lava.Billing.Checkout;

/// <summary>The origin of an address: what is framed and told.</summary>
public static class CheckoutOrigin
{
    /// <summary>Scheme, host and port, made of the parsed parts: nothing else of the text can come through.</summary>
    public static string Of(string address)
    {
        var uri = new Uri(address, UriKind.Absolute);
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost.Trim('[', ']')}]" : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }
}
