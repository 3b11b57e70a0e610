namespace Lava.Postgres;

/// <summary>What sums are parted by, besides time.</summary>
public enum TotalsGrouping
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The model.</summary>
    Model,

    /// <summary>The provider.</summary>
    Provider,

    /// <summary>The meter.</summary>
    Meter,

    /// <summary>The customer: only among those that a filter names.</summary>
    Customer,
}
