using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>One browser's use of a checkout session.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Visit">SHA-256 of the random number that the browser made for it; default: it named none.</param>
public readonly record struct CheckoutVisit(Guid SessionId, UInt256 Visit);
