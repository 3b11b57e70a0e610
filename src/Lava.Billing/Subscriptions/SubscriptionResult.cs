using Lava.Billing.Overage;
using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>What became of an order.</summary>
/// <param name="Applied">Something changed.</param>
/// <param name="Credit">What the customer's wallet gained in the store.</param>
/// <param name="Floor">How far the wallet may go now; null: as before.</param>
public readonly record struct SubscriptionResult(bool Applied, Money Credit, WalletFloor? Floor = null)
{
    /// <summary>Nothing changed: it had happened already, or is not due.</summary>
    public static readonly SubscriptionResult Nothing = new(false, Money.Zero);
}
