namespace Lava.Billing.Checkout;

/// <summary>What the store does by a decision to buy.</summary>
public enum CheckoutAct
{
    /// <summary>Only the row is written.</summary>
    None,

    /// <summary>The session's payment waits for its first attempt: it is this one that is attempted.</summary>
    Attempt,

    /// <summary>A payment is opened; one that only waits for its first attempt gives way.</summary>
    Open,

    /// <summary>The renewal that waits becomes the session's payment: the chosen card is asked for it while its owner is there.</summary>
    Attend,

    /// <summary>It costs nothing: the session is complete.</summary>
    Complete,
}
