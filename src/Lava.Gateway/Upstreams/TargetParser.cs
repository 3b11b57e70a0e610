using System.Text;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Tells from a forward request where it goes: step 2 of the pipeline. Only https (for a WebSocket wss, too), only host names of the
/// provider table, only paths whose cost can be counted
/// (see <see cref="Provider.TryMatch(string, ReadOnlySpan{char}, out ProviderEndpoint, out Range)"/>). Path and query reach the provider
/// byte for byte.
/// Allocates nothing for a target that was seen before.
/// </summary>
/// <param name="catalog">The provider table.</param>
/// <param name="overrides">Where the operator sends a host's traffic instead.</param>
public sealed class TargetParser(ProviderCatalog catalog, UpstreamOverrides overrides)
{
    /// <summary>
    /// The longest target with its query: half of what a server takes as a request line by default (8 KiB), for encoding can double it.
    /// </summary>
    public const int MaxLength = 4096;

    private const int MaxRouteLength = 64;
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly TargetCache _cache = new();

    /// <summary>The provider table.</summary>
    public ProviderCatalog Catalog => catalog;

    /// <summary>Parses the query of <c>/v1/forward</c>.</summary>
    /// <param name="method">HTTP method in upper case.</param>
    /// <param name="route">What stands after <c>/v1/forward/</c>; it decides nothing but must look like a provider's name. Empty for
    /// none.</param>
    /// <param name="query">The raw query, with or without its question mark.</param>
    /// <param name="target">The target, where the outcome is <see cref="TargetOutcome.Ok"/>.</param>
    public TargetOutcome Parse(string method, ReadOnlySpan<char> route, string? query, out Target? target)
    {
        target = null;
        if (!IsRoute(route))
        {
            return TargetOutcome.InvalidRoute;
        }

        if (string.IsNullOrEmpty(query))
        {
            return TargetOutcome.Missing;
        }

        var cacheable = TargetCache.Accepts(query);
        target = cacheable ? _cache.Find(method, query) : null;
        if (target is not null)
        {
            return TargetOutcome.Ok;
        }

        var outcome = Parse(method, query.AsSpan().TrimStart('?'), out target);
        if (target is not null && cacheable)
        {
            _cache.Add(method, query, target);
        }

        return outcome;
    }

    private TargetOutcome Parse(string method, ReadOnlySpan<char> query, out Target? target)
    {
        target = null;
        var outcome = TargetQuery.Find(query, out var value);
        if (outcome != TargetOutcome.Ok)
        {
            return outcome;
        }

        Span<char> buffer = stackalloc char[MaxLength];
        var length = TargetQuery.Decode(value, buffer);
        if (length < 0)
        {
            return TargetOutcome.TooLong;
        }

        var url = buffer[..length];
        outcome = TargetUrl.Parse(url, out var host, out var pathStart);
        if (outcome != TargetOutcome.Ok)
        {
            return outcome;
        }

        if (!catalog.TryFind(url[host], out var provider, out var isTenants))
        {
            return TargetOutcome.UnknownHost;
        }

        var mark = url.IndexOf('?');
        var path = mark < 0 ? url[pathStart..] : url[pathStart..mark];
        if (TargetUrl.HasDotSegment(path))
        {
            return TargetOutcome.DotSegment;
        }

        Span<char> composed = stackalloc char[MaxLength];
        var composedLength = TargetQuery.Compose(mark < 0 ? default : url[(mark + 1)..], query, composed);
        if (composedLength < 0 || path.Length + composedLength > MaxLength)
        {
            return TargetOutcome.TooLong;
        }

        composed = composed[..composedLength];
        outcome = TargetUrl.CheckCharacters(composed);
        if (outcome == TargetOutcome.Ok)
        {
            outcome = Create(method, (provider, isTenants), url[host], path.IsEmpty ? "/" : path, composed, out target);
        }

        if (TargetUrl.IsWebSocket(url) && target is { Endpoint.WebSocket: false })
        {
            target = null;
            return TargetOutcome.NotHttps;
        }

        return outcome;
    }

    private TargetOutcome Create(
        string method,
        (Provider Provider, bool IsTenants) owner,
        ReadOnlySpan<char> host,
        ReadOnlySpan<char> path,
        ReadOnlySpan<char> query,
        out Target? target)
    {
        target = null;
        var provider = owner.Provider;
        if (!provider.TryMatch(method, path, out var endpoint, out var model, out var job))
        {
            return TargetOutcome.NotMetered;
        }

        if (!TryName(endpoint, path[model], query, out var modelName) || !TryFindJob(endpoint, path[job], query, out var jobId))
        {
            return TargetOutcome.ParameterTwice;
        }

        var upstream = overrides.Find(host);
        target = new Target
        {
            Provider = provider,
            Endpoint = endpoint,
            Uri = new Uri(upstream is null ? $"https://{host}{path}{query}" : $"{upstream}{path}{query}", Verbatim),
            Display = $"{method} https://{host}{path}",
            Model = modelName,
            JobId = jobId,
            KeyScheme = provider.KeySchemeOf(endpoint),
            TakesManagedKey = !owner.IsTenants || upstream is not null,
        };
        return TargetOutcome.Ok;
    }

    private static bool TryName(ProviderEndpoint endpoint, ReadOnlySpan<char> inPath, ReadOnlySpan<char> query, out byte[] name)
    {
        name = [];
        var isOne = true;
        switch (endpoint.ModelLocation)
        {
            case ProviderModelLocation.Path:
                name = TargetUrl.Decode(inPath);
                break;
            case ProviderModelLocation.Query:
                isOne = TargetQuery.TryFindOne(query, endpoint.ModelName, out name);
                break;
            case ProviderModelLocation.Fixed:
                name = Encoding.UTF8.GetBytes(endpoint.ModelName);
                break;
        }

        if (name.Length == 0)
        {
            name = Encoding.UTF8.GetBytes(endpoint.DefaultModel);
        }

        return isOne;
    }

    private static bool TryFindJob(ProviderEndpoint endpoint, ReadOnlySpan<char> inPath, ReadOnlySpan<char> query, out byte[] id)
    {
        id = TargetUrl.Decode(inPath);
        return endpoint.JobParameter.Length == 0 || TargetQuery.TryFindOne(query, endpoint.JobParameter, out id);
    }

    private static bool IsRoute(ReadOnlySpan<char> route)
    {
        foreach (var c in route)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return route.Length <= MaxRouteLength;
    }
}
