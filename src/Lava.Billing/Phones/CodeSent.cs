namespace Lava.Billing.Phones;

/// <summary>What became of a message with a code.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reference">The provider's name of the verification; null where nothing was sent.</param>
/// <param name="RetryAfter">When another may be asked for, where the provider says so.</param>
public sealed record CodeSent(CodeSendOutcome Outcome, string? Reference = null, TimeSpan? RetryAfter = null);
