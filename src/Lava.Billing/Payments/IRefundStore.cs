using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>Where refunds are kept. Its exceptions leave in doubt whether a change happened: each of these may be done again.</summary>
public interface IRefundStore
{
    /// <summary>Opens a refund of a payment that was paid: never more than is left of it.</summary>
    Task<RefundOpening> OpenAsync(NewRefund refund, CancellationToken cancellationToken);

    /// <summary>A refund that the provider has: ours, or one made there, which is noted. Null: there is no such payment.</summary>
    /// <exception cref="ProviderUnavailableException">Made there, of a payment that is not booked yet: it must be told again.</exception>
    /// <param name="id">The id if it is noted now.</param>
    /// <param name="chargeReference">The charge.</param>
    /// <param name="found">The refund as the provider has it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Refund?> AdoptAsync(Guid id, string chargeReference, RefundResult found, CancellationToken cancellationToken);

    /// <summary>Refunds with something left to do, of test merchants or of live ones; looked at less and less often.</summary>
    Task<List<Guid>> FindDueAsync(bool isTest, int limit, CancellationToken cancellationToken);

    /// <summary>A refund, of which it is noted that it is looked at; null: there is none.</summary>
    Task<Refund?> LookAsync(Guid refundId, CancellationToken cancellationToken);

    /// <summary>Notes what the wallet lost for it, by its adjustments.</summary>
    Task<Refund> NoteCreditAsync(Guid refundId, CancellationToken cancellationToken);

    /// <summary>Books the provider's answer. A refund that failed stays so; one that succeeded may fail yet.</summary>
    Task<Refund> EndAsync(Guid refundId, RefundResult result, CancellationToken cancellationToken);

    /// <summary>Is a charge of a test merchant's? Null: nobody's.</summary>
    Task<bool?> IsTestAsync(string chargeReference, CancellationToken cancellationToken);

    /// <summary>A refund of a merchant's; null: there is none.</summary>
    Task<Refund?> FindAsync(Guid merchantId, Guid refundId, CancellationToken cancellationToken);

    /// <summary>A payment's refunds, newest first, older than <paramref name="before"/>.</summary>
    Task<List<Refund>> ListAsync(Guid paymentId, Guid? before, int limit, CancellationToken cancellationToken);

    /// <summary>What was given back of payments, or will be; those of which nothing was are left out.</summary>
    Task<Dictionary<Guid, Money>> SumAsync(IReadOnlyCollection<Guid> paymentIds, CancellationToken cancellationToken);
}
