using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Adjustments that fail before they are booked (1), or after it (2), where a test says so.</summary>
internal sealed class FaultyAdjustmentStore(IAdjustmentStore store, Func<int> fault) : IAdjustmentStore
{
    public async Task<AdjustmentResult> BookAsync(
        NewAdjustment adjustment, Func<UnspentCredit, bool> take, CancellationToken cancellationToken)
    {
        var happens = fault();
        if (happens == 1)
        {
            throw new StoreUnavailableException("before");
        }

        var result = await store.BookAsync(adjustment, take, cancellationToken);
        return happens == 2 ? throw new StoreUnavailableException("after") : result;
    }

    public Task<Money> FindBookedAsync(NewAdjustment adjustment, CancellationToken cancellationToken) =>
        store.FindBookedAsync(adjustment, cancellationToken);

    public Task<List<Adjustment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(customerId, before, limit, cancellationToken);
}
