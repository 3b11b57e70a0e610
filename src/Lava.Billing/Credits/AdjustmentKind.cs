namespace Lava.Billing.Credits;

/// <summary>What an adjustment does. The values are stored: never renumber.</summary>
public enum AdjustmentKind : short
{
    /// <summary>Takes back credit of a grant, spent or not.</summary>
    Refund = 0,

    /// <summary>Mends what was booked wrongly, in either direction.</summary>
    Correction = 1,

    /// <summary>Writes off what a customer owes.</summary>
    Debt = 2,
}
