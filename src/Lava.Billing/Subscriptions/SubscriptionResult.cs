using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>What became of an order.</summary>
/// <param name="Applied">Something changed.</param>
/// <param name="Credit">What the customer's wallet gained in the store.</param>
public readonly record struct SubscriptionResult(bool Applied, Money Credit)
{
    /// <summary>Nothing changed: it had happened already, or is not due.</summary>
    public static readonly SubscriptionResult Nothing = new(false, Money.Zero);
}
