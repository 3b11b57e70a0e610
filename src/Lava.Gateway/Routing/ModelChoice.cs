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
    /// <param name="routes">One at least.</param>
    /// <param name="managed">The operator's keys.</param>
    public static ModelRoute Choose(GatewayCall call, ModelRoute[] routes, ManagedProviderKeys managed)
    {
        ModelRoute? second = null;
        foreach (var route in routes)
        {
            if (KeyChoice.IsAtHand(call, route.Target, managed))
            {
                if (call.Identity.SpendKey is not { } key || SpendKeyPolicy.AllowsProvider(key, route.Target.Provider.Name))
                {
                    return route;
                }

                second ??= route;
            }
        }

        return second ?? routes[0];
    }
}
