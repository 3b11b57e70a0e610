namespace Lava.Billing.Payments;

/// <summary>What became of the wish for a payment.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Payment">The payment; of <see cref="OpeningOutcome.AlreadyOpen"/> the other one; null where there is none.</param>
/// <param name="FreeAt">When the guard rails allow a charge again; null unless they forbid it now.</param>
public sealed record PaymentOpening(OpeningOutcome Outcome, Payment? Payment, DateTimeOffset? FreeAt = null);
