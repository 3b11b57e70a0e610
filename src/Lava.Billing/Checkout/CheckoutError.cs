namespace Lava.Billing.Checkout;

/// <summary>What is wrong with a form.</summary>
/// <param name="Field">The field's name: phone, country, code, card, amount; empty: the whole form.</param>
/// <param name="Message">What is wrong and what cures it, for a person.</param>
public sealed record CheckoutError(string Field, string Message);
