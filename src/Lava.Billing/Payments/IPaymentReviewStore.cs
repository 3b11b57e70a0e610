using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>Where a person's decisions of payments are kept. Its exceptions leave in doubt whether a change happened.</summary>
public interface IPaymentReviewStore
{
    /// <summary>A payment of a merchant's with its last attempt, whatever its state; null: there is none, or no attempt.</summary>
    Task<PaymentAttempt?> FindAsync(Guid merchantId, Guid paymentId, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a payment in review as failed, and notes that what was taken goes back: as a late capture does. One in another state stays as
    /// it is.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="taken">What goes back; zero: nothing was taken, or it is back already.</param>
    /// <param name="refundId">The refund's id, should there be one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<PaymentFailure> RefuseAsync(PaymentAttempt attempt, Money taken, Guid refundId, CancellationToken cancellationToken);
}
