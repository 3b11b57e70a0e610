using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>What is taken back of one grant that a payment gave.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="Amount">Positive.</param>
public readonly record struct CreditShare(Guid GrantId, Money Amount);
