using System.Net;
using Lava.Gateway.Upstreams;

namespace Lava.Server.Api.Webhooks;

/// <summary>Which targets webhooks may have: a URL from a merchant must not lead into the operator's network.</summary>
/// <param name="AllowsPrivate">The operator allows any address, and http.</param>
/// <param name="AllowsTestLoopback">This machine serves nobody else: test merchants may have targets on it.</param>
public sealed record WebhookTargets(bool AllowsPrivate, bool AllowsTestLoopback)
{
    /// <summary>https to public addresses alone.</summary>
    public static readonly WebhookTargets PublicOnly = new(false, false);

    /// <summary>From what the server listens on.</summary>
    public static WebhookTargets From(bool allowsPrivate, IEnumerable<string> urls) => new(
        allowsPrivate, urls.All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback));

    /// <summary>May a connection be made to this address? Asked at each, of the address itself.</summary>
    /// <param name="scheme">The URL's scheme.</param>
    /// <param name="address">Where the connection goes.</param>
    /// <param name="isTest">For a test merchant.</param>
    public bool Allows(string scheme, IPAddress address, bool isTest)
    {
        if (AllowsPrivate)
        {
            return true;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain)
            ? isTest && AllowsTestLoopback
            : scheme == Uri.UriSchemeHttps && AddressPolicy.IsPublic(plain);
    }

    /// <summary>What is wrong with a URL by its text alone; null: nothing. What its name leads to is looked at when it is called.</summary>
    public string? Check(string url, bool isTest)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return "must be an https URL: https://example.com/lava";
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return "must have no user name, password or fragment";
        }

        var address = uri.IsLoopback ? IPAddress.Loopback : IPAddress.TryParse(uri.DnsSafeHost, out var literal) ? literal : null;
        if (address is not null && !Allows(uri.Scheme, address, isTest))
        {
            return "must lead to a public address";
        }

        return uri.Scheme == Uri.UriSchemeHttps || AllowsPrivate || address is not null ? null : "must begin with https://";
    }
}
