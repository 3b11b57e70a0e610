using System.Net;

namespace Lava.Load.Comparing;

/// <summary>One of the systems compared, as it runs.</summary>
internal sealed class MeasuredSystem
{
    public const string Direct = "direct";
    public const string Nginx = "nginx";
    public const string Haproxy = "haproxy";
    public const string Floor = "floor";
    public const string FloorInline = "floor-inline";
    public const string Lava = "lava";

    /// <summary>Those that the gateway is measured against.</summary>
    public static readonly IReadOnlyList<string> Proxies = [Nginx, Haproxy, Floor, FloorInline];

    public required string Name { get; init; }

    public required IPEndPoint Address { get; init; }

    /// <summary>Where streams go, if not there.</summary>
    public IPEndPoint? StreamAddress { get; init; }

    public string Path { get; init; } = LoadRequests.ProviderPath;

    /// <summary>Who calls, in turn.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = ["sk-load"];

    /// <summary>The root of its processes; none: the provider itself.</summary>
    public int? Process { get; init; }

    /// <summary>The gateway behind it, where it is one.</summary>
    public GatewayNode? Node { get; init; }
}
