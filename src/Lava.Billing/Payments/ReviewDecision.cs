namespace Lava.Billing.Payments;

/// <summary>What a person decides of a payment in review. The values are stored: never renumber.</summary>
public enum ReviewDecision : short
{
    /// <summary>What was really taken is booked.</summary>
    Credit = 0,

    /// <summary>What was really taken goes back.</summary>
    Refund = 1,
}
