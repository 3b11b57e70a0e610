namespace Lava.Metering.Pricing;

/// <summary>How a meter prices. The values are stored: never renumber.</summary>
public enum RateType : byte
{
    /// <summary>Money per unit.</summary>
    Fixed = 0,

    /// <summary>A fraction of the provider's cost on top of it.</summary>
    Percentage = 1,
}
