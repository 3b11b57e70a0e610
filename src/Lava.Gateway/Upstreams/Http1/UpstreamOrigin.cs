using System.Text;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>Scheme, host and port: calls to the same share their connections.</summary>
internal sealed class UpstreamOrigin : IEquatable<UpstreamOrigin>
{
    private readonly int _hash;

    /// <summary>The origin of a URL of http or https.</summary>
    public UpstreamOrigin(Uri url)
    {
        IsTls = url.Scheme == Uri.UriSchemeHttps;
        Host = url.IdnHost;
        Port = url.Port;
        var name = url.HostNameType == UriHostNameType.IPv6 ? $"[{Host}]" : Host;
        HostHeader = Encoding.ASCII.GetBytes(url.IsDefaultPort ? name : $"{name}:{Port}");
        _hash = HashCode.Combine(IsTls, Host, Port);
    }

    /// <summary>Is it https?</summary>
    public bool IsTls { get; }

    /// <summary>The host's name, in ASCII, or its address.</summary>
    public string Host { get; }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>The value of a request's Host.</summary>
    public byte[] HostHeader { get; }

    /// <inheritdoc/>
    public bool Equals(UpstreamOrigin? other) =>
        ReferenceEquals(this, other) || (other is not null && Port == other.Port && IsTls == other.IsTls && Host == other.Host);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UpstreamOrigin);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
