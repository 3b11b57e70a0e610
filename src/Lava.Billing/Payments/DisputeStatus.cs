namespace Lava.Billing.Payments;

/// <summary>
/// How far a dispute is. What is over may begin again: an inquiry that was closed, a dispute that was won. The values are stored: never
/// renumber.
/// </summary>
public enum DisputeStatus : short
{
    /// <summary>The bank asks; no money was moved.</summary>
    Inquiry = 0,

    /// <summary>The bank took the money back for now.</summary>
    Open = 1,

    /// <summary>The merchant keeps the money.</summary>
    Won = 2,

    /// <summary>The customer has the money.</summary>
    Lost = 3,
}
