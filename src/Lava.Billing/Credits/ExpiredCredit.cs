using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Credits;

/// <summary>A wallet in the store, locked, at the moment its expired credit is looked at.</summary>
/// <param name="Posted">The store's balance: without the charges that are not flushed yet.</param>
/// <param name="Remaining">What the store knows to be left of expired grants: likewise.</param>
public readonly record struct ExpiredCredit(Money Posted, Money Remaining)
{
    /// <summary>
    /// What can be taken back now. The charges that the store lacks come first: they burn the grants that expire first, so expired ones
    /// before all others. Open holds keep their money; what they give back can be taken later. Never negative.
    /// </summary>
    public Money Expirable(in WalletBalance live)
    {
        // A grant that the live wallet does not have yet looks like a charge too: too little is taken then, never too much.
        var unflushed = Money.Max(Money.Zero, Posted - live.Posted);
        var free = Money.Min(live.Posted - live.Reserved, live.Available);
        return Money.Max(Money.Zero, Money.Min(Remaining - unflushed, free));
    }
}
