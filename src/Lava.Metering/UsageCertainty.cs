namespace Lava.Metering;

/// <summary>How sure a usage is. The values are stored: never renumber.</summary>
public enum UsageCertainty : byte
{
    /// <summary>Nothing usable was seen.</summary>
    Unknown = 0,

    /// <summary>Cut off: what was seen plus an estimate.</summary>
    Partial = 1,

    /// <summary>The provider's own final figures, or the caller's report.</summary>
    Exact = 2,
}
