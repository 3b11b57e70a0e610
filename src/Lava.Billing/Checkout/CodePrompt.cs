namespace Lava.Billing.Checkout;

/// <summary>How the page asks for the code.</summary>
/// <param name="Phone">Where it was sent, all but the last four digits hidden.</param>
/// <param name="ShownCode">The code itself, in test mode alone.</param>
/// <param name="ResendIn">When another may be asked for; zero: now. Null: no more.</param>
/// <param name="MayChange">Another phone may be verified instead; false: the session is for this one alone.</param>
public sealed record CodePrompt(string Phone, string? ShownCode, TimeSpan? ResendIn, bool MayChange = true)
{
    /// <summary>Without the code: records that are logged tell all they have.</summary>
    public override string ToString() => $"CodePrompt {Phone}";
}
