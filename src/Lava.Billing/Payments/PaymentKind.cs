namespace Lava.Billing.Payments;

/// <summary>What a payment is for. The values are stored: never renumber.</summary>
public enum PaymentKind : short
{
    /// <summary>A plan, bought.</summary>
    Subscription = 0,

    /// <summary>A further cycle of a plan.</summary>
    Renewal = 1,

    /// <summary>A dearer plan, for the rest of a cycle.</summary>
    Upgrade = 2,

    /// <summary>Calls beyond the credit.</summary>
    Overage = 3,

    /// <summary>A credit bundle.</summary>
    Bundle = 4,

    /// <summary>Credit without a bundle.</summary>
    TopUp = 5,
}
