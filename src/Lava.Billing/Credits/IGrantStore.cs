namespace Lava.Billing.Credits;

/// <summary>Where grants and their ledger entries are kept.</summary>
public interface IGrantStore
{
    /// <summary>
    /// Writes the grant, its two ledger entries and both wallets in one transaction. A debt of the wallet is paid out of the grant
    /// first: <see cref="Grant.Remaining"/> is what is left of it.
    /// </summary>
    Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken);

    /// <summary>Was this grant committed? Waits for a transaction that still holds the wallet.</summary>
    Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken);

    /// <summary>A customer's grants, newest first, older than <paramref name="before"/>.</summary>
    Task<List<Grant>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken);
}
