namespace Lava.Billing.Plans;

/// <summary>What becomes of credit that is left at a cycle's end. The values are stored: never renumber.</summary>
public enum Rollover : short
{
    /// <summary>It expires.</summary>
    None = 0,

    /// <summary>All of it carries over.</summary>
    Full = 1,
}
