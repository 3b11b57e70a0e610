using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>What a wallet has left, in the order in which calls use it.</summary>
/// <param name="Cycle">Of the plan's cycles.</param>
/// <param name="Granted">Granted, corrected, or paid without a bundle.</param>
/// <param name="Bundles">Of bundles.</param>
/// <param name="Posted">The balance: the three together, or a debt.</param>
public readonly record struct CreditSplit(Money Cycle, Money Granted, Money Bundles, Money Posted);
