namespace Lava.Billing.Plans;

/// <summary>How long a plan's cycle is. The values are stored: never renumber.</summary>
public enum BillingInterval : short
{
    /// <summary>A day.</summary>
    Day = 0,

    /// <summary>Seven days.</summary>
    Week = 1,

    /// <summary>A month.</summary>
    Month = 2,

    /// <summary>A year.</summary>
    Year = 3,
}
