using Lava.Core;

namespace Lava.Billing.Overage;

/// <summary>How far customers' wallets may go: decided here and nowhere else.</summary>
public static class OverageFloor
{
    /// <summary>
    /// The lowest balance that a reservation may leave: what is left of the cycle's limit below zero, or zero where nobody would pay.
    /// </summary>
    public static Money Of(OverageTerms terms) =>
        terms.MayCharge ? Money.Min(Money.Zero, terms.Charged - terms.Limit) : Money.Zero;
}
