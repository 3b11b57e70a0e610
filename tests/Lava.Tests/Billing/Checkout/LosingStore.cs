using System.Reflection;
using Lava.Billing.Checkout;
using Lava.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A store of checkout sessions whose answer to a purchase is lost behind the commit, while a test says so.</summary>
public class LosingStore : DispatchProxy
{
    private ICheckoutStore _store = null!;
    private Func<bool> _isLost = () => false;

    public static ICheckoutStore Of(ICheckoutStore store, Func<bool> isLost)
    {
        var losing = Create<ICheckoutStore, LosingStore>();
        ((LosingStore)losing)._store = store;
        ((LosingStore)losing)._isLost = isLost;
        return losing;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_store, args);
        return result is Task<CheckoutActed?> acted && _isLost() ? LoseAsync(acted) : result;
    }

    private static async Task<CheckoutActed?> LoseAsync(Task<CheckoutActed?> acted)
    {
        await acted;
        throw new StoreUnavailableException("after");
    }
}
