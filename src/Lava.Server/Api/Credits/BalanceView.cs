using Lava.Core;
using Lava.Wallets;

namespace Lava.Server.Api.Credits;

/// <summary>
/// What a customer has. <c>available</c> is what a call may reserve now; <c>total_remaining</c> still holds what running calls reserved,
/// and is negative for a debt.
/// </summary>
internal sealed record BalanceView(
    string CustomerId,
    Money Available,
    Money Reserved,
    Money TotalRemaining,
    Money CycleRemaining,
    Money BundleRemaining,
    Money GrantedRemaining,
    Money OverageRemaining)
{
    // Without plans and bundles all credit is granted.
    public static BalanceView From(string customerId, WalletBalance balance) => new(
        customerId,
        balance.Available,
        balance.Reserved,
        balance.Posted,
        Money.Zero,
        Money.Zero,
        Money.Max(Money.Zero, balance.Posted),
        Money.Zero);
}
