using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>Cards are charged in whole cents.</summary>
public static class WholeCents
{
    private const long UnitsPerCent = Money.UnitsPerDollar / 100;

    /// <summary>The next whole cent.</summary>
    /// <exception cref="OverflowException">There is none that <see cref="Money"/> can hold.</exception>
    public static Money Up(Money amount) => new(checked(Rate.RoundUp(amount.Units, UnitsPerCent).Units * UnitsPerCent));

    /// <summary>
    /// A payment whose fee and overage are whole cents together. What is added is added to the overage, which is credit, where there is
    /// some: nobody loses it.
    /// </summary>
    public static NewPayment Of(NewPayment payment)
    {
        var amount = payment.Fee + payment.Overage;
        var added = Up(amount) - amount;
        return payment.Overage > Money.Zero
            ? payment with { Overage = payment.Overage + added }
            : payment with { Fee = payment.Fee + added };
    }
}
