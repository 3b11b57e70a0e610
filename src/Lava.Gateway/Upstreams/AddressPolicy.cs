using System.Net;
using System.Net.Sockets;

namespace Lava.Gateway.Upstreams;

/// <summary>Which addresses a provider may have: public ones only, so that no name leads into the operator's own network.</summary>
public static class AddressPolicy
{
    // The IANA IPv4 special-purpose registry's rows that are not globally reachable, with multicast and the reserved class E.
    private static readonly IPNetwork[] NotPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),

        // Not in the registry: the address under which Azure's hosts answer their virtual machines.
        IPNetwork.Parse("168.63.129.16/32"),
    ];

    // All that IANA gave out for global unicast is in here ...
    private static readonly IPNetwork Unicast6 = IPNetwork.Parse("2000::/3");

    // ... but for these. 2001::/23 holds Teredo, ORCHID and benchmarking, 2002::/16 is 6to4: both carry IPv4 addresses inside.
    private static readonly IPNetwork[] NotPublic6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    // In networks without IPv4, DNS64 answers with the provider's IPv4 address in here (RFC 6052): it counts as that address.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Is this an address of the public Internet?</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !IsIn(NotPublic4, address);
        }

        if (Nat64.Contains(address))
        {
            return IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        }

        return Unicast6.Contains(address) && !IsIn(NotPublic6, address);
    }

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
