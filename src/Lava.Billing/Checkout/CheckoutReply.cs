namespace Lava.Billing.Checkout;

/// <summary>What an act has led to.</summary>
/// <param name="Record">The session; null: there is none.</param>
/// <param name="Error">What was wrong with the form; null: nothing.</param>
internal readonly record struct CheckoutReply(CheckoutRecord? Record, CheckoutError? Error = null);
