namespace Lava.Billing.Payments;

/// <summary>What a provider said of a charge.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="DeclineCode">Why it was declined, in the provider's words; null where it was not.</param>
/// <param name="Message">The same for a person.</param>
/// <param name="Reference">The provider's id of the charge; null where there is none.</param>
public sealed record ChargeResult(ChargeOutcome Outcome, string? DeclineCode, string? Message, string? Reference);
