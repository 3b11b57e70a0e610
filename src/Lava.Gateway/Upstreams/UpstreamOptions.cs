namespace Lava.Gateway.Upstreams;

/// <summary>How connections to providers are made and kept.</summary>
public sealed record UpstreamOptions
{
    /// <summary>
    /// Name resolution, TCP and TLS together. Default 10 s: a connection that takes longer will not be good for streaming either.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// One address of several. Default 3 s: a lost SYN is sent again after 1 s and after 3 s (RFC 6298), so one loss is survived.
    /// </summary>
    public TimeSpan AddressTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Addresses that are tried for one connection. Default 4: two of each family, and within <see cref="ConnectTimeout"/>.
    /// </summary>
    public int MaxAddresses { get; init; } = 4;

    /// <summary>
    /// Connections to one host. Default 20,000, as many as calls at once: each call takes one, and beyond them calls are refused. An
    /// address has 28,000 ephemeral ports on Linux.
    /// </summary>
    public int MaxConnectionsPerHost { get; init; } = GatewayLimits.ConcurrentCalls;

    /// <summary>
    /// When a connection takes no more requests, so that a changed address is noticed. Default 5 minutes, the usual DNS lifetime.
    /// </summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// When an unused connection is closed. Default 50 s: load balancers close theirs after 60 s, and whoever closes first loses no
    /// request.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Response headers, KiB. Default 32: providers send 2 to 4, a server's own limit for what it receives is 32.</summary>
    public int MaxResponseHeadersKibibytes { get; init; } = 32;

    internal int MaxResponseHeadersBytes => MaxResponseHeadersKibibytes * 1024;
}
