using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>A payment's terms by what was really taken, where a person decides that this is booked.</summary>
public static class ReviewTerms
{
    /// <summary>
    /// The debt first, then what was bought: as much credit as the share of its price that was paid, rounded down to 10^-10 of a dollar;
    /// of a plan never more than it includes.
    /// </summary>
    /// <param name="terms">What was ordered.</param>
    /// <param name="received">What was taken; positive.</param>
    public static NewPayment Of(NewPayment terms, Money received)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(received.Units, 0, nameof(received));
        if (terms.Fee == Money.Zero)
        {
            return terms with { Overage = received };
        }

        var overage = Money.Min(terms.Overage, received);
        var fee = received - overage;
        var credit = (Int128)terms.Credit.Units * fee.Units / terms.Fee.Units;
        var isOfPlan = terms.Kind is PaymentKind.Subscription or PaymentKind.Renewal or PaymentKind.Upgrade;
        var most = isOfPlan ? terms.Credit.Units : long.MaxValue;
        return terms with { Fee = fee, Overage = overage, Credit = new Money((long)Int128.Min(credit, most)) };
    }
}
