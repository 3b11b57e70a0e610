namespace Lava.Billing.Phones;

/// <summary>An account of Twilio's.</summary>
/// <param name="Account">The account's SID (AC…), or an API key's (SK…).</param>
/// <param name="Token">The account's token, or the API key's secret.</param>
/// <param name="Service">The SID of the Verify service (VA…).</param>
/// <param name="Url">Where Twilio is.</param>
public sealed record TwilioOptions(string Account, string Token, string Service, Uri Url)
{
    /// <summary>Without the token: records that are logged tell all they have.</summary>
    public override string ToString() => $"TwilioOptions {Account} {Service} {Url}";
}
