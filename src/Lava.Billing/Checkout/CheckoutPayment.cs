using Lava.Billing.Payments;

namespace Lava.Billing.Checkout;

/// <summary>A session's payment that is open, paid or looked at by a person.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="Action">What became of the bank's question; null: there is none.</param>
public sealed record CheckoutPayment(Payment Payment, PaymentAction? Action);
