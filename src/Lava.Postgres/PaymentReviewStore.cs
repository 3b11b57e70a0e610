using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Postgres;

/// <summary>
/// Payments that a person decides of. Only for the process that holds the node's live wallets: its fence must be the newest.
/// </summary>
public sealed class PaymentReviewStore : IPaymentReviewStore
{
    private readonly StoreSource _source;
    private readonly JournalPosition _position;
    private readonly PaymentEnding _ending;

    internal PaymentReviewStore(StoreSource source, JournalPosition position, ISubscriptionMoney subscriptions)
    {
        (_source, _position) = (source, position);
        _ending = new PaymentEnding(subscriptions, new CheckoutMoney());
    }

    /// <inheritdoc/>
    public Task<PaymentAttempt?> FindAsync(Guid merchantId, Guid paymentId, CancellationToken cancellationToken) => _source.RunAsync(
        async connection => await AttemptReader.ReadLastAsync(connection, paymentId, cancellationToken) is { } attempt
            && attempt.Payment.Terms.MerchantId == merchantId ? attempt : null,
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<PaymentFailure> RefuseAsync(
        PaymentAttempt attempt, Money taken, Guid refundId, CancellationToken cancellationToken) => _source.RunInTransactionAsync(
        async connection =>
        {
            await JournalFence.HoldAsync(connection, _position, cancellationToken);
            return await _ending.RefuseAsync(connection, attempt, taken, refundId, cancellationToken);
        },
        cancellationToken);
}
