namespace Lava.Metering.Pricing;

/// <summary>Which tokens a meter counts. The values are stored: never renumber.</summary>
public enum TokenBasis : byte
{
    /// <summary>Input and output ("input+output").</summary>
    InputAndOutput = 0,

    /// <summary>Output only ("output").</summary>
    Output = 1,
}
