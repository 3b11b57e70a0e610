using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Overage;

/// <summary>What follows from a look at a wallet.</summary>
/// <param name="Level">How full it is.</param>
/// <param name="Overage">Debt that the card is to pay; zero: none.</param>
/// <param name="TopUp">The bundle that is to be bought; null: none.</param>
/// <param name="AlertAt">The flush must call again when the balance falls to this; null: never.</param>
public readonly record struct WatchVerdict(BalanceLevel Level, Money Overage, TopUpBundle? TopUp, Money? AlertAt)
{
    /// <summary>Decides.</summary>
    /// <param name="wallet">The wallet.</param>
    /// <param name="isShort">It could not pay a call's hold: for automatic top-up it is empty then, whatever is left in it.</param>
    /// <param name="least">What is charged at least: smaller parts of the debt wait for the next, or for the renewal.</param>
    public static WatchVerdict Of(WatchedWallet wallet, bool isShort, Money least = default)
    {
        var terms = wallet.Terms;
        var floor = OverageFloor.Of(terms);
        var level = wallet.Posted <= Money.Zero && wallet.Posted <= floor ? BalanceLevel.Empty
            : wallet.Posted < wallet.LowBalance ? BalanceLevel.Low
            : BalanceLevel.Fine;
        var owed = Money.Zero;
        TopUpBundle? topUp = null;
        if (!wallet.HasOpenPayment && terms.MayCharge && wallet.Posted < Money.Zero && terms.Increment > Money.Zero)
        {
            owed = new Money(-wallet.Posted.Units / terms.Increment.Units * terms.Increment.Units);

            // Never more in a cycle than was agreed.
            owed = Money.Max(Money.Zero, Money.Min(owed, terms.Limit - terms.Charged));
            owed = ChargeLeast.IsTooSmall(owed, least) ? Money.Zero : owed;
        }
        else if (!wallet.HasOpenPayment && terms.MayTopUp && (isShort || wallet.Posted <= Money.Zero))
        {
            topUp = wallet.Bundle;
        }

        return new WatchVerdict(level, owed, topUp, Next(wallet, floor, least));
    }

    // The highest mark that the balance has yet to fall to. A payment under way looks again itself when it ends.
    private static Money? Next(WatchedWallet wallet, Money floor, Money least)
    {
        Money? next = null;
        Consider(wallet.LowBalance - new Money(1));
        Consider(Money.Zero);
        Consider(floor);
        if (!wallet.HasOpenPayment && wallet.Terms is { MayCharge: true, Increment: var part })
        {
            // The first whole number of increments that can be charged.
            Consider(part == Money.Zero || part >= least ? -part : new Money(-Rate.RoundUp(least.Units, part.Units).Units * part.Units));
        }

        return next;

        void Consider(Money mark)
        {
            if (mark < wallet.Posted && (next is null || mark > next))
            {
                next = mark;
            }
        }
    }
}
