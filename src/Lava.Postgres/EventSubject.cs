using Lava.Billing.Credits;

namespace Lava.Postgres;

/// <summary>The customer that an event is of, as it stands when the event is written out.</summary>
/// <param name="IsTest">Of a test merchant.</param>
/// <param name="Customer">The customer; it may be deleted by now.</param>
/// <param name="Subscription">The active subscription; null without one.</param>
/// <param name="Credit">What the wallet has left.</param>
public sealed record EventSubject(bool IsTest, CustomerRecord Customer, SubscriptionRecord? Subscription, CreditSplit Credit);
