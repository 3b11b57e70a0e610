using System.Text;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>Where a call goes. Immutable: calls with the same target share one.</summary>
public sealed class Target
{
    /// <summary>Whose host it is.</summary>
    public required Provider Provider { get; init; }

    /// <summary>What the method and the path mean there.</summary>
    public required ProviderEndpoint Endpoint { get; init; }

    /// <summary>The URL to call, byte for byte as the caller spelled path and query; at another base where the operator set one.</summary>
    public required Uri Uri { get; init; }

    /// <summary>Method and URL without the query, for people and records: "POST https://api.openai.com/v1/chat/completions".</summary>
    public required string Display { get; init; }

    /// <summary>
    /// The model that the path, the query or the endpoint itself names, percent-decoded; where the body names it, the one that counts if
    /// the body has none. Empty for none.
    /// </summary>
    public required ReadOnlyMemory<byte> Model { get; init; }

    /// <summary>The id of the asynchronous job that the call asks for, percent-decoded; empty for none.</summary>
    public ReadOnlyMemory<byte> JobId { get; init; }

    /// <summary>How the provider wants its key there.</summary>
    public required ProviderKeyScheme KeyScheme { get; init; }

    /// <summary>May the operator's own key go there? Not to hosts of strangers, see <see cref="Provider.TenantHosts"/>.</summary>
    public bool TakesManagedKey { get; init; } = true;

    /// <summary>Scheme, host and port of <see cref="Uri"/>.</summary>
    internal UpstreamOrigin Origin => field ??= new UpstreamOrigin(Uri);

    /// <summary>Path and query of <see cref="Uri"/>, for the request line.</summary>
    internal byte[] PathAndQuery => field ??= Encoding.ASCII.GetBytes(Uri.PathAndQuery);
}
