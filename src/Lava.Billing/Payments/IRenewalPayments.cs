namespace Lava.Billing.Payments;

/// <summary>Charges customers for their plans.</summary>
public interface IRenewalPayments
{
    /// <summary>
    /// Opens a payment and attempts it. For a cycle that has one already: that one's status, and nothing is charged again.
    /// </summary>
    Task<PaymentStatus> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken);
}
