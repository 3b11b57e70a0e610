using Lava.Billing.Payments;

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
    /// <param name="paymentId">The id of the payment that may be opened.</param>
    /// <param name="walletId">The wallet.</param>
    /// <param name="isShort">It could not pay a call.</param>
    /// <param name="least">What is charged at least.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<WalletLook?> LookAsync(
        Guid paymentId, long walletId, bool isShort, ChargeLeast least, CancellationToken cancellationToken);
}
