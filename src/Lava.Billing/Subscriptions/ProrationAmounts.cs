using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>What a dearer plan costs and brings for the rest of a cycle.</summary>
/// <param name="Price">What is to be paid; never negative.</param>
/// <param name="Credit">The credit that it adds; never negative.</param>
/// <param name="RemainingSeconds">Of the cycle.</param>
/// <param name="CycleSeconds">The whole cycle.</param>
public readonly record struct ProrationAmounts(Money Price, Money Credit, long RemainingSeconds, long CycleSeconds)
{
    /// <summary>
    /// As it is charged by somebody who charges no less than <paramref name="least"/>: a smaller price is not asked for, it comes off the
    /// credit.
    /// </summary>
    public ProrationAmounts ChargedBy(Money least) => ChargeLeast.IsTooSmall(Price, least)
        ? this with { Price = Money.Zero, Credit = Money.Max(Money.Zero, Credit - Price) }
        : this;
}
