namespace Lava.Billing.Payments;

/// <summary>The entry of a card on a checkout page.</summary>
/// <param name="SessionId">The checkout session; with <paramref name="Number"/> the provider's idempotency key.</param>
/// <param name="Number">From 1.</param>
/// <param name="CustomerReference">The provider's name of the customer.</param>
/// <param name="IsTest">Of a test merchant.</param>
public sealed record CardSetupOrder(Guid SessionId, int Number, string CustomerReference, bool IsTest);
