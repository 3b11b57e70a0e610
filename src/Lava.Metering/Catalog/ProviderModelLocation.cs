namespace Lava.Metering.Catalog;

/// <summary>Where a request names its model.</summary>
public enum ProviderModelLocation : byte
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In the field <c>model</c> of the body.</summary>
    Body,

    /// <summary>In the path.</summary>
    Path,

    /// <summary>In a parameter of the query.</summary>
    Query,

    /// <summary>The endpoint itself stands for one.</summary>
    Fixed,
}
