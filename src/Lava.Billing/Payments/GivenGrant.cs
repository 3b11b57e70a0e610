using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A grant that a payment gave.</summary>
/// <param name="Id">Id.</param>
/// <param name="Amount">What it was.</param>
/// <param name="Taken">What refunds and disputes of the payment took back of it already.</param>
public readonly record struct GivenGrant(Guid Id, Money Amount, Money Taken);
