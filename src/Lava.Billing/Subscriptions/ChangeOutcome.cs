namespace Lava.Billing.Subscriptions;

/// <summary>How a change of plan that a person asked for ended.</summary>
public enum ChangeOutcome
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It costs money, and this server takes none; nothing changed.</summary>
    PaymentsMissing,

    /// <summary>The card was declined, or there is none; nothing changed.</summary>
    Declined,

    /// <summary>The payment's answer is not known yet: it happens when the payment succeeds.</summary>
    Unknown,
}
