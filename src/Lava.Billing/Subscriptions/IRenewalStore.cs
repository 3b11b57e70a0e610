namespace Lava.Billing.Subscriptions;

/// <summary>
/// Where cycles and their credit are kept. Each order is one transaction; repeated, it changes nothing. The grant's id is chosen before:
/// a commit whose answer was lost can be found again.
/// </summary>
public interface IRenewalStore
{
    /// <summary>Now, for a merchant: the store's clock, or the merchant's test clock.</summary>
    Task<DateTimeOffset> NowAsync(Guid merchantId, CancellationToken cancellationToken);

    /// <summary>Subscriptions whose cycle has ended by the store's clock, in that order.</summary>
    /// <param name="merchantId">Of this merchant; null: of all who have no test clock.</param>
    /// <param name="after">Behind this one; null: from the first.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<List<DueRenewal>> FindDueAsync(Guid? merchantId, DueRenewal? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a cycle: what does not roll over gets its end as expiry, and the next cycle begins. A cycle that was begun unpaid is given its
    /// credit by a later order for it that is paid.
    /// </summary>
    Task<SubscriptionResult> RollAsync(RollOrder order, Guid grantId, CancellationToken cancellationToken);

    /// <summary>Begins a plan with a cycle from now on.</summary>
    Task<SubscriptionResult> StartAsync(StartOrder order, Guid grantId, CancellationToken cancellationToken);

    /// <summary>Goes on with another plan within the cycle.</summary>
    Task<SubscriptionResult> UpgradeAsync(UpgradeOrder order, Guid grantId, CancellationToken cancellationToken);

    /// <summary>Overage that a customer's subscription has not paid yet; null: none, or no subscription.</summary>
    Task<OpenDebt?> FindDebtAsync(Guid customerId, CancellationToken cancellationToken);

    /// <summary>
    /// What an order put into a wallet; no credit if it was not committed. Waits for a transaction that still holds the wallet.
    /// </summary>
    Task<SubscriptionResult> FindGivenAsync(Guid grantId, long walletId, CancellationToken cancellationToken);
}
