using Lava.Core;

namespace Lava.Billing.Subscriptions;

/// <summary>What a payment for a cycle was opened for: a plan that changes meanwhile changes nothing of it.</summary>
/// <param name="Price">What the cycle costs.</param>
/// <param name="Credit">What it brings.</param>
public sealed record AgreedTerms(Money Price, Money Credit);
