namespace Lava.Billing.Payments.Stripe;

/// <summary>What an event leads to.</summary>
public enum StripeEventAct
{
    /// <summary>Nothing: it is kept for the operator.</summary>
    None,

    /// <summary>The event's object is an attempt's charge.</summary>
    ResumeCharge,

    /// <summary>The event's object is what Stripe calls a charge: a part of ours.</summary>
    LookAtRefundsOfCharge,

    /// <summary>The event's object is a refund.</summary>
    LookAtRefund,

    /// <summary>The event's object is a dispute.</summary>
    LookAtDispute,

    /// <summary>The event's object is a card.</summary>
    LookAtCard,
}
