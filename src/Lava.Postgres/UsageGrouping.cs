namespace Lava.Postgres;

/// <summary>What an item of a usage report stands for besides its time.</summary>
public enum UsageGrouping
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A model.</summary>
    Model,

    /// <summary>A provider.</summary>
    Provider,

    /// <summary>A meter.</summary>
    Meter,

    /// <summary>A customer.</summary>
    Customer,
}
