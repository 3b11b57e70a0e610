namespace Lava.Billing.Checkout;

/// <summary>What a checkout's page shows; it follows from the session's row alone.</summary>
public enum CheckoutStep
{
    /// <summary>The phone is asked for.</summary>
    Phone,

    /// <summary>The code that was sent to the phone is asked for.</summary>
    Code,

    /// <summary>A card is asked for; where credit is topped up, the amount, too.</summary>
    Card,

    /// <summary>What is bought, for how much, with which card.</summary>
    Confirm,

    /// <summary>The customer's bank wants the payment to be confirmed.</summary>
    Authenticate,

    /// <summary>The payment is under way: the page asks again.</summary>
    Processing,

    /// <summary>It is bought.</summary>
    Done,

    /// <summary>The session's time is over.</summary>
    Expired,

    /// <summary>It can't be bought; the problem says why.</summary>
    Unavailable,
}
