using Lava.Billing.Credits;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Server.Api.Credits;

/// <summary>
/// What a customer has. <c>available</c> is what a call may reserve now; <c>total_remaining</c> still holds what running calls reserved,
/// and is negative for a debt. What it is made of comes from PostgreSQL: null while that is away.
/// </summary>
internal sealed record BalanceView(
    string CustomerId,
    Money Available,
    Money Reserved,
    Money TotalRemaining,
    Money? CycleRemaining,
    Money? BundleRemaining,
    Money? GrantedRemaining,
    Money OverageRemaining)
{
    public static BalanceView From(string customerId, WalletBalance balance, CreditSplit? split) => new(
        customerId,
        balance.Available,
        balance.Reserved,
        balance.Posted,
        split?.Cycle,
        split?.Bundles,
        split?.Granted,
        Overage(balance));

    // How far below zero calls may still go; in 128 bits, as a floor may be deep.
    private static Money Overage(in WalletBalance balance)
    {
        if (balance.Floor == WalletBalance.NoFloor || balance.Floor >= Money.Zero)
        {
            return Money.Zero;
        }

        var most = -(Int128)balance.Floor.Units;
        var left = (Int128)balance.Posted.Units - balance.Reserved.Units - balance.Floor.Units;
        return new Money((long)Int128.Clamp(Int128.Min(most, left), 0, long.MaxValue));
    }
}
