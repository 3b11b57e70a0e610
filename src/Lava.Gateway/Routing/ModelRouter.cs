using System.Text;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Routing;

/// <summary>
/// Tells from a model's name which providers can answer a call of a direct route: "provider/model" names one, any other name is sold by
/// those that have a price for it, in the order of the price file. Allocates nothing for a name that was seen before.
/// </summary>
internal sealed class ModelRouter
{
    // All its paths that could serve are those of its customers' own hosts.
    private static readonly string[] OfTenantsAlone = ["azure"];

    private readonly Dictionary<(DirectRoute Route, string Provider), Target> _targets = [];
    private volatile ModelRouteMemo _memo = new(PriceBook.Empty);

    /// <summary>Makes the targets of all providers that can be reached without knowing more than the model.</summary>
    public ModelRouter(TargetParser parser)
    {
        foreach (var provider in parser.Catalog.Providers)
        {
            foreach (var route in DirectRoute.All)
            {
                if (TargetOf(parser, provider, route) is { } target)
                {
                    _targets.Add((route, provider.Name), target);
                }
            }
        }
    }

    /// <summary>The ways to have a model answer, best first; empty where nobody sells it.</summary>
    /// <param name="route">The direct route.</param>
    /// <param name="model">The model as the body names it, 1 to <see cref="PriceBook.ModelBytesMax"/> bytes of UTF-8.</param>
    /// <param name="book">The prices in force.</param>
    public ModelRoute[] Find(DirectRoute route, ReadOnlySpan<byte> model, PriceBook book)
    {
        var memo = _memo;
        if (!ReferenceEquals(memo.Book, book))
        {
            _memo = memo = new ModelRouteMemo(book);
        }

        if (memo.Find(route, model) is { } known)
        {
            return known;
        }

        var routes = Search(route, model, book);
        if (routes.Length > 0)
        {
            memo.Keep(route, model, routes);
        }

        return routes;
    }

    // On its first host, as in its documentation. Which machine of a provider's customer is meant, no model tells.
    private static Target? TargetOf(TargetParser parser, Provider provider, DirectRoute route)
    {
        var host = provider.Hosts[0];
        if (OfTenantsAlone.Contains(provider.Name) || provider.TenantHosts.Contains(host) || host.Contains('*', StringComparison.Ordinal)
            || route.EndpointOf(provider) is not { } endpoint)
        {
            return null;
        }

        var query = "u=" + Uri.EscapeDataString($"https://{host}{endpoint.Path}");
        return parser.Parse(endpoint.Method, default, query, out var target) == TargetOutcome.Ok && target!.Endpoint == endpoint
            ? target
            : null;
    }

    private ModelRoute[] Search(DirectRoute route, ReadOnlySpan<byte> model, PriceBook book)
    {
        var prefix = model.IndexOf((byte)'/') + 1;
        var named = prefix > 1 && prefix < model.Length ? FindNamed(route, model[..(prefix - 1)]) : null;
        if (named is not null && book.TryFind(named.Provider.Name, model[prefix..], out _))
        {
            return [new ModelRoute(named, prefix)];
        }

        // "openai/gpt-oss-120b" is what others call a model that OpenAI itself does not sell.
        var routes = new List<ModelRoute>();
        foreach (var provider in book.Providers)
        {
            if (_targets.TryGetValue((route, provider), out var target) && book.TryFind(provider, model, out _))
            {
                routes.Add(new ModelRoute(target, 0));
            }
        }

        return routes.Count == 0 && named is not null ? [new ModelRoute(named, prefix)] : [.. routes];
    }

    private Target? FindNamed(DirectRoute route, ReadOnlySpan<byte> provider)
    {
        foreach (var (key, target) in _targets)
        {
            if (key.Route == route && Ascii.EqualsIgnoreCase(provider, key.Provider))
            {
                return target;
            }
        }

        return null;
    }
}
