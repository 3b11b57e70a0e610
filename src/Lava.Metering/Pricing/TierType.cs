namespace Lava.Metering.Pricing;

/// <summary>The unit that a meter counts. The values are stored: never renumber.</summary>
public enum TierType : byte
{
    /// <summary>Tokens, priced per million.</summary>
    Tokens1M = 0,

    /// <summary>Characters, priced per million.</summary>
    Characters1M = 1,

    /// <summary>Minutes, counted in microseconds; a tier's start is in minutes.</summary>
    Minutes = 2,

    /// <summary>Requests.</summary>
    Requests = 3,
}
