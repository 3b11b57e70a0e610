namespace Lava.Billing.Payments;

/// <summary>What became of the entry of a card.</summary>
/// <param name="Outcome">How far it is.</param>
/// <param name="Card">The card; null unless it is saved.</param>
/// <param name="DeclineCode">Why it was refused, in the provider's words; null where it was not.</param>
public sealed record CardSetupResult(CardSetupOutcome Outcome, SavedCard? Card = null, string? DeclineCode = null);
