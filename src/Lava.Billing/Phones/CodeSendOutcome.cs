namespace Lava.Billing.Phones;

/// <summary>What became of a message with a code.</summary>
public enum CodeSendOutcome
{
    /// <summary>It is on its way.</summary>
    Sent,

    /// <summary>No message can reach this number: a landline, a wrong number.</summary>
    NotReachable,

    /// <summary>The provider sends nothing to this number.</summary>
    Blocked,

    /// <summary>Too many messages; later it may be.</summary>
    Busy,

    /// <summary>The provider could not be asked, or can't send just now.</summary>
    Away,

    /// <summary>The provider was asked and did not answer in time: the message may be on its way.</summary>
    Unknown,
}
