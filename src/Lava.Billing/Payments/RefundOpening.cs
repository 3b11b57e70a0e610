using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>What became of the wish for a refund.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Refund">The refund; null where there is none.</param>
/// <param name="Left">What can still be given back, where that is too little.</param>
public sealed record RefundOpening(RefundOpeningOutcome Outcome, Refund? Refund = null, Money Left = default);
