using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>Where adjustments and their ledger entries are kept.</summary>
public interface IAdjustmentStore
{
    /// <summary>
    /// Writes the adjustment, its two ledger entries, both wallets and the grants in one transaction. Money that leaves burns grants in
    /// the order in which charges do, a refund's own grant before all others; what exceeds them is debt.
    /// </summary>
    /// <param name="adjustment">What is to be booked.</param>
    /// <param name="take">
    /// Called with the wallet locked, once or not at all, if money leaves it: takes it out of the live wallet. False refuses, and nothing
    /// is booked.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; has no effect once <paramref name="take"/> was called.</param>
    Task<AdjustmentResult> BookAsync(NewAdjustment adjustment, Func<UnspentCredit, bool> take, CancellationToken cancellationToken);

    /// <summary>
    /// What this adjustment did to the wallet; zero if it was not committed. Waits for a transaction that still holds the wallet.
    /// </summary>
    Task<Money> FindBookedAsync(NewAdjustment adjustment, CancellationToken cancellationToken);

    /// <summary>A customer's adjustments, newest first, older than <paramref name="before"/>.</summary>
    Task<List<Adjustment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken);
}
