namespace Lava.Billing.Phones;

/// <summary>Whether a code was the right one.</summary>
public enum CodeOutcome
{
    /// <summary>It was.</summary>
    Approved,

    /// <summary>It was not; another may be tried.</summary>
    Wrong,

    /// <summary>No code counts any more: it expired, was used or was replaced.</summary>
    Gone,

    /// <summary>The provider did not answer; the check may have counted.</summary>
    Away,
}
