using Lava.Gateway.Authentication;
using Lava.Gateway.Upstreams;

namespace Lava.Gateway.Routing;

/// <summary>Chooses among the providers that sell a model.</summary>
internal static class ModelChoice
{
    /// <summary>
    /// The first that the caller may call and that there is a key for; else the first that there is a key for, else the first: so that the
    /// error says what is missing.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="model">The model as the body names it.</param>
    /// <param name="routes">One at least.</param>
    /// <param name="managed">The operator's keys.</param>
    public static ModelRoute Choose(GatewayCall call, ReadOnlySpan<byte> model, ModelRoute[] routes, ManagedProviderKeys managed)
    {
        ModelRoute? second = null;
        foreach (var route in routes)
        {
            if (KeyChoice.IsAtHand(call, route.Target, managed))
            {
                if (IsAllowed(call, route.Target.Provider.Name, model[route.Prefix..]))
                {
                    return route;
                }

                second ??= route;
            }
        }

        return second ?? routes[0];
    }

    // Sellers may know a model by different aliases, so what the key allows can be one of them alone.
    private static bool IsAllowed(GatewayCall call, string provider, ReadOnlySpan<byte> model)
    {
        if (call.Identity.SpendKey is not { } key)
        {
            return true;
        }

        call.Pricing.Prices.TryFind(provider, model, out var price);
        return SpendKeyPolicy.AllowsProvider(key, provider) && SpendKeyPolicy.AllowsNamed(key, provider, model, price);
    }
}
