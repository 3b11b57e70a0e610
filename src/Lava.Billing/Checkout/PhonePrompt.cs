namespace Lava.Billing.Checkout;

/// <summary>How the page asks for the phone.</summary>
/// <param name="Masked">The only phone that may be verified, all but its last four digits hidden; null: any.</param>
/// <param name="Suggested">A phone in E.164 that is filled in; null: none.</param>
/// <param name="Country">ISO code of the country that was chosen; null: the page guesses.</param>
public sealed record PhonePrompt(string? Masked, string? Suggested, string? Country);
