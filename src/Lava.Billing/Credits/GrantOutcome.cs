namespace Lava.Billing.Credits;

/// <summary>How giving credit ended.</summary>
public enum GrantOutcome
{
    /// <summary>Given now.</summary>
    Given,

    /// <summary>Given before, under the same key or for the same payment, with the same content; nothing changed.</summary>
    Repeated,

    /// <summary>The key or the payment was used with other content; nothing changed.</summary>
    Conflict,

    /// <summary>It would have expired already, and was not given before; nothing changed.</summary>
    Expired,
}
