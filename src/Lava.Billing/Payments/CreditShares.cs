using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// How much credit goes back with money: of each grant of the payment as much as was given back of the payment, rounded down to 10^-10 of a
/// dollar. Whoever gives back all of it takes all of them.
/// </summary>
public static class CreditShares
{
    /// <summary>The shares of one refund or dispute; those of nothing are left out.</summary>
    /// <param name="paid">What was paid; positive.</param>
    /// <param name="before">What was given back of it before, for which credit was taken.</param>
    /// <param name="amount">What is given back now; with <paramref name="before"/> at most what was paid.</param>
    /// <param name="grants">What the payment gave, in the order in which it is taken.</param>
    public static List<CreditShare> Of(Money paid, Money before, Money amount, IEnumerable<GivenGrant> grants)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before.Units, paid.Units - amount.Units, nameof(before));
        var back = (Int128)(before.Units + amount.Units);
        var shares = new List<CreditShare>();
        foreach (var grant in grants)
        {
            var share = (long)(grant.Amount.Units * back / paid.Units) - grant.Taken.Units;
            if (share > 0)
            {
                shares.Add(new CreditShare(grant.Id, new Money(share)));
            }
        }

        return shares;
    }
}
