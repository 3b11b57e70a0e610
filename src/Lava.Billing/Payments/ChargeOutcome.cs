namespace Lava.Billing.Payments;

/// <summary>What a payment provider said of a charge. The values are stored: never renumber.</summary>
public enum ChargeOutcome : short
{
    /// <summary>It is paid.</summary>
    Succeeded = 0,

    /// <summary>Not now; later it may be.</summary>
    Declined = 1,

    /// <summary>This card will never pay.</summary>
    HardDeclined = 2,

    /// <summary>The customer must confirm it at the bank.</summary>
    ActionRequired = 3,

    /// <summary>No answer: it may or may not be paid.</summary>
    Unknown = 4,

    /// <summary>No money was taken.</summary>
    NotTaken = 5,
}
