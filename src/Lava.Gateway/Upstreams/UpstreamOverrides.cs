using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Where the operator sends a provider's traffic instead of to the provider: a simulator, an own proxy, a server in the own network.
/// The operator's word is enough: http and private addresses are fine here, and nowhere else.
/// </summary>
public sealed class UpstreamOverrides
{
    /// <summary>No overrides.</summary>
    public static readonly UpstreamOverrides None = new([]);

    private const string Every = "*";
    private readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _byHost;
    private readonly FrozenSet<(string Host, int Port)> _trusted;
    private readonly string? _every;

    private UpstreamOverrides(Dictionary<string, Uri> bases)
    {
        _trusted = bases.Values.Select(uri => (uri.IdnHost, uri.Port)).ToFrozenSet();
        var texts = bases.ToDictionary(pair => pair.Key, pair => pair.Value.AbsoluteUri.TrimEnd('/'), StringComparer.Ordinal);
        _every = texts.GetValueOrDefault(Every);
        _byHost = texts.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The hosts that have an entry of their own.</summary>
    public IEnumerable<string> Hosts => _byHost.Dictionary.Keys;

    /// <summary>Reads <c>HOST=URL</c> entries; the host <c>*</c> stands for all that have no entry of their own.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="overrides">The overrides.</param>
    /// <param name="errors">Everything that is wrong with them.</param>
    /// <returns>False where there are errors.</returns>
    public static bool TryParse(
        IEnumerable<string> entries, [NotNullWhen(true)] out UpstreamOverrides? overrides, out IReadOnlyList<string> errors)
    {
        var bases = new Dictionary<string, Uri>(StringComparer.Ordinal);
        List<string> found = [];
        foreach (var entry in entries)
        {
            var equals = entry.IndexOf('=');
            var host = equals < 0 ? "" : entry[..equals].ToLowerInvariant();
            if (host != Every && !ProviderHost.IsName(host))
            {
                found.Add($"Upstream '{entry}': expected HOST=URL, with a provider's host name or '*' before the equals sign.");
            }
            else if (!TryReadBase(entry[(equals + 1)..], out var uri))
            {
                found.Add($"Upstream '{entry}': the URL is not http or https, or has a user name, a query or a fragment.");
            }
            else if (!bases.TryAdd(host, uri))
            {
                found.Add($"Upstream '{entry}': there is an entry for {host} already.");
            }
        }

        errors = found;
        overrides = found.Count == 0 ? new UpstreamOverrides(bases) : null;
        return overrides is not null;
    }

    /// <summary>The base URL, without a final slash, that takes the place of <c>https://{host}</c>; null for none.</summary>
    public string? Find(ReadOnlySpan<char> host) => _byHost.TryGetValue(host, out var url) ? url : _every;

    /// <summary>Did the operator name this host and port, so that its addresses need not be public?</summary>
    public bool Trusts(string host, int port) => _trusted.Contains((host, port));

    private static bool TryReadBase(string text, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0;
}
