namespace Lava.Billing.Overage;

/// <summary>Which wallets billing must look at.</summary>
public interface IWalletWatchStore
{
    /// <summary>Wallets that are due, in any order.</summary>
    Task<List<long>> FindDueAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Looks at a wallet while it is locked: tells of a worse balance, opens what payment is needed, sets the floor and the next mark.
    /// Null: it is no customer's, or the customer is deleted.
    /// </summary>
    Task<WalletLook?> LookAsync(Guid paymentId, long walletId, bool isShort, CancellationToken cancellationToken);
}
