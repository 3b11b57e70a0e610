namespace Lava.Billing.Subscriptions;

/// <summary>How a change of plan that a person asked for ended.</summary>
public enum ChangeOutcome
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It costs money, and this server takes none; nothing changed.</summary>
    PaymentsMissing,

    /// <summary>There is no card that can be charged; nothing changed.</summary>
    NoMethod,

    /// <summary>The card was declined; nothing changed.</summary>
    Declined,

    /// <summary>The payment's answer is not known yet: it happens when the payment succeeds.</summary>
    Unknown,
}
