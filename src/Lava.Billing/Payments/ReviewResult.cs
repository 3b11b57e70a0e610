namespace Lava.Billing.Payments;

/// <summary>How a decision ended.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Payment">The payment as it now is; null: there is none.</param>
public sealed record ReviewResult(ReviewOutcome Outcome, Payment? Payment = null);
