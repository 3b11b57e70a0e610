using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>Where expired credit is found and booked.</summary>
public interface IExpiryStore
{
    /// <summary>Wallets with credit left in expired grants, ascending, after <paramref name="after"/>.</summary>
    Task<List<long>> FindAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Locks the wallet, asks <paramref name="take"/> how much expires, and books that in the same transaction: the two ledger entries,
    /// both wallets, and the grants, of which the latest to be burned lose theirs first. Zero: books nothing.
    /// </summary>
    /// <param name="expiryId">Id of the ledger transaction.</param>
    /// <param name="walletId">The customer's wallet.</param>
    /// <param name="take">Takes the amount out of the live wallet's reach and returns it; called once, or not at all.</param>
    /// <param name="cancellationToken">Has no effect once <paramref name="take"/> has returned.</param>
    Task ExpireAsync(Guid expiryId, long walletId, Func<UnspentCredit, Money> take, CancellationToken cancellationToken);

    /// <summary>Was this expiry committed? Waits for a transaction that still holds the wallet.</summary>
    Task<bool> IsCommittedAsync(Guid expiryId, long walletId, CancellationToken cancellationToken);
}
