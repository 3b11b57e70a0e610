using System.Net;
using Lava.Gateway.Upstreams;
using Lava.Server.Configuration;

namespace Lava.Server.Api.Webhooks;

/// <summary>Which targets webhooks may have: a URL from a merchant must not lead into the operator's network.</summary>
/// <param name="AllowsPrivate">
/// The operator allows any address, and http. Nothing else does: what a server listens on does not tell whom a proxy before it serves.
/// </param>
public sealed record WebhookTargets(bool AllowsPrivate)
{
    /// <summary>https to public addresses alone.</summary>
    public static readonly WebhookTargets PublicOnly = new(false);

    /// <summary>What a target that is not allowed could be allowed by.</summary>
    public static readonly string Cure = $"others only where the server was started with --{ServeSettings.AllowPrivateWebhooks.Name} true";

    /// <summary>May a connection be made to this address? Asked at each, of the address itself.</summary>
    /// <param name="scheme">The URL's scheme.</param>
    /// <param name="address">Where the connection goes.</param>
    public bool Allows(string scheme, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return AllowsPrivate || (scheme == Uri.UriSchemeHttps && AddressPolicy.IsPublic(plain));
    }

    /// <summary>What is wrong with a URL by its text alone; null: nothing. What its name leads to is looked at when it is called.</summary>
    public string? Check(string url)
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
        if (address is not null && !Allows(Uri.UriSchemeHttps, address))
        {
            return $"must lead to a public address: {Cure}";
        }

        return uri.Scheme == Uri.UriSchemeHttps || AllowsPrivate ? null : $"must begin with https://: {Cure}";
    }
}
