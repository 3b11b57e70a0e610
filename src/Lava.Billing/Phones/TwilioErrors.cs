using System.Collections.Frozen;

namespace Lava.Billing.Phones;

/// <summary>What Twilio's error codes mean here. Source: www.twilio.com/docs/api/errors.</summary>
internal static class TwilioErrors
{
    /// <summary>The verification is over: approved, expired, or checked too often (404).</summary>
    public const int NotFound = 20404;

    private static readonly FrozenDictionary<int, CodeSendOutcome> Sends = new Dictionary<int, CodeSendOutcome>
    {
        [60200] = CodeSendOutcome.NotReachable, // invalid parameter: the number
        [60205] = CodeSendOutcome.NotReachable, // no messages to landlines
        [21211] = CodeSendOutcome.NotReachable, // no valid number
        [21614] = CodeSendOutcome.NotReachable, // no mobile number
        [60203] = CodeSendOutcome.Busy,         // too many messages to this number
        [20429] = CodeSendOutcome.Busy,         // too many requests
        [60410] = CodeSendOutcome.Blocked,      // the prefix is blocked for fraud
        [60605] = CodeSendOutcome.Blocked,      // the country is blocked by the service
    }.ToFrozenDictionary();

    private static readonly FrozenSet<int> Over = FrozenSet.Create(NotFound, 60202);

    /// <summary>Of a message that was refused. An unknown refusal is the operator's matter: for the person nobody answers.</summary>
    public static CodeSendOutcome OfSend(int code) => Sends.GetValueOrDefault(code, CodeSendOutcome.Away);

    /// <summary>Of a check that was refused.</summary>
    public static CodeOutcome OfCheck(int code) => Over.Contains(code) ? CodeOutcome.Gone : CodeOutcome.Away;
}
