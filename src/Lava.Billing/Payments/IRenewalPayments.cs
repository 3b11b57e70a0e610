namespace Lava.Billing.Payments;

/// <summary>Charges customers for plans; what a success changes besides credit is done in its own transaction.</summary>
public interface IRenewalPayments
{
    /// <summary>
    /// Opens a payment and attempts it. <see cref="PaymentStatus.Waiting"/>: it was declined and is tried again, or, of what a person asked
    /// for, another payment of the wallet must end first; <see cref="PaymentStatus.Attempting"/>: its result is not known yet, or a renewal
    /// must wait for another payment; <see cref="PaymentStatus.Failed"/>: it was declined and is not tried again, or could not be opened;
    /// <see cref="PaymentStatus.Superseded"/>: nothing is owed any more.
    /// </summary>
    Task<PaymentAnswer> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken);

    /// <summary>
    /// The same for a round, which waits for a silent provider for its turn only: <see cref="PaymentStatus.Attempting"/> then.
    /// </summary>
    Task<PaymentAnswer> OpenAndAttemptInTurnAsync(NewPayment payment, CancellationToken cancellationToken) =>
        OpenAndAttemptAsync(payment, cancellationToken);
}
