using Lava.Billing.Payments;

namespace Lava.Billing.Checkout;

/// <summary>What is to be done with a session, decided while it is locked.</summary>
/// <param name="State">The row from now on.</param>
/// <param name="Act">What is done beside.</param>
/// <param name="Payment">The payment to open; null unless one is.</param>
public sealed record CheckoutDecision(CheckoutState State, CheckoutAct Act = CheckoutAct.None, NewPayment? Payment = null);
