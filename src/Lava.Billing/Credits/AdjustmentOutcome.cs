namespace Lava.Billing.Credits;

/// <summary>How booking an adjustment ended.</summary>
public enum AdjustmentOutcome
{
    /// <summary>Booked now.</summary>
    Booked,

    /// <summary>Booked before, under the same key with the same content; nothing changed.</summary>
    Repeated,

    /// <summary>The key was used with other content; nothing changed.</summary>
    Conflict,

    /// <summary>The customer has no such grant; nothing changed.</summary>
    GrantUnknown,

    /// <summary>The grant has less that can be refunded; nothing changed.</summary>
    GrantExceeded,

    /// <summary>Less of the grant is left unspent, and only that may be taken; nothing changed.</summary>
    GrantSpent,

    /// <summary>There is no debt to write off; nothing changed.</summary>
    NothingOwed,
}
