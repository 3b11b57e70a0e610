using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Credits;

/// <summary>A wallet in the store, locked, of which unspent credit is to be taken back.</summary>
/// <param name="Posted">The store's balance: without the charges that are not flushed yet.</param>
/// <param name="Remaining">What the store knows to be left of the grants in question and of those that burn before them: likewise.</param>
public readonly record struct UnspentCredit(Money Posted, Money Remaining)
{
    /// <summary>
    /// What can be taken back now. The charges that the store lacks come first: they burn the grants that burn first. Open holds keep
    /// their money; what they give back can be taken later. Never negative.
    /// </summary>
    public Money Takable(in WalletBalance live)
    {
        // A grant that the live wallet does not have yet looks like a charge too: too little is taken then, never too much.
        var unflushed = Money.Max(Money.Zero, Posted - live.Posted);
        var free = Money.Min(live.Posted - live.Reserved, live.Available);
        return Money.Max(Money.Zero, Money.Min(Remaining - unflushed, free));
    }
}
