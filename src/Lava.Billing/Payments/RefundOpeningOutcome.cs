namespace Lava.Billing.Payments;

/// <summary>How opening a refund ended.</summary>
public enum RefundOpeningOutcome
{
    /// <summary>Opened now; the provider was not asked yet.</summary>
    Opened,

    /// <summary>Opened before, under the same key; nothing changed.</summary>
    Repeated,

    /// <summary>The key was used with other content; nothing changed.</summary>
    Conflict,

    /// <summary>The merchant has no such payment.</summary>
    NoPayment,

    /// <summary>The payment was not paid.</summary>
    NotPaid,

    /// <summary>Another provider than the one that would be asked made the charge; nothing changed.</summary>
    OtherProvider,

    /// <summary>Less is left of the payment; nothing changed.</summary>
    TooMuch,
}
