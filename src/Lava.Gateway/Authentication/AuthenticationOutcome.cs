namespace Lava.Gateway.Authentication;

/// <summary>How the identification of a caller ended.</summary>
public enum AuthenticationOutcome : byte
{
    /// <summary>The caller is known.</summary>
    Ok = 0,

    /// <summary>No credential in any of the places it may stand.</summary>
    Missing,

    /// <summary>
    /// Too long, not base64, not JSON, a field twice or of the wrong type, no secret key, or a provider key that no header can carry.
    /// </summary>
    Malformed,

    /// <summary>A spend key inside a forward token: it stands alone.</summary>
    SpendKeyInToken,

    /// <summary>No merchant has this secret key, or it was revoked.</summary>
    UnknownKey,

    /// <summary>There is no such spend key, or it was revoked or rotated.</summary>
    UnknownSpendKey,

    /// <summary>The merchant has no such customer.</summary>
    UnknownCustomer,

    /// <summary>The merchant has no such meter.</summary>
    UnknownMeter,

    /// <summary>The token names a customer but no meter: nothing says what to charge.</summary>
    CustomerWithoutMeter,
}
