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

    /// <summary>The provider did not answer.</summary>
    Away,
}
