namespace Lava.Billing.Payments;

/// <summary>What a page needs to take a card by a provider's own fields.</summary>
/// <param name="PublishableKey">Names the account; no secret.</param>
/// <param name="ScriptUrl">The provider's script.</param>
public sealed record CardPage(string PublishableKey, string ScriptUrl);
