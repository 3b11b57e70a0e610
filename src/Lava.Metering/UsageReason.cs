namespace Lava.Metering;

/// <summary>Why a usage is not <see cref="UsageCertainty.Exact"/>. The values are stored: never renumber.</summary>
public enum UsageReason : byte
{
    /// <summary>It is exact.</summary>
    None = 0,

    /// <summary>The answer came to its end and told nothing.</summary>
    Missing = 1,

    /// <summary>The answer ended before its last figures.</summary>
    Cut = 2,

    /// <summary>A count was negative, no number, or above <see cref="Usage.MaxCount"/>.</summary>
    Malformed = 3,

    /// <summary>The counts are beyond what the model and the request allow.</summary>
    Absurd = 4,

    /// <summary>The body could not be read: an encoding that is not known, a damaged frame.</summary>
    Unreadable = 5,
}
