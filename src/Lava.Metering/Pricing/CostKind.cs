namespace Lava.Metering.Pricing;

/// <summary>What a line of a call's cost is for, in the order in which the lines stand. Not stored.</summary>
public enum CostKind
{
    /// <summary>Input tokens that are no other kind.</summary>
    Input,

    /// <summary>Input tokens read from a cache.</summary>
    CachedInput,

    /// <summary>Audio tokens read from a cache.</summary>
    CachedAudioInput,

    /// <summary>Input tokens written to a cache for minutes.</summary>
    CacheWrite,

    /// <summary>Input tokens written to a cache for an hour.</summary>
    CacheWrite1h,

    /// <summary>Audio tokens in.</summary>
    AudioInput,

    /// <summary>Image tokens in.</summary>
    ImageInput,

    /// <summary>Output tokens that are no other kind.</summary>
    Output,

    /// <summary>Reasoning tokens.</summary>
    Reasoning,

    /// <summary>Audio tokens out.</summary>
    AudioOutput,

    /// <summary>Image tokens out.</summary>
    ImageOutput,

    /// <summary>Characters in.</summary>
    InputCharacters,

    /// <summary>Audio or video in, microseconds.</summary>
    InputTime,

    /// <summary>Pages read.</summary>
    Pages,

    /// <summary>Characters out.</summary>
    OutputCharacters,

    /// <summary>Audio or video out, microseconds.</summary>
    OutputTime,

    /// <summary>Images made.</summary>
    Images,

    /// <summary>The call itself.</summary>
    Request,

    /// <summary>The provider's own units, millionths of one.</summary>
    ProviderUnits,

    /// <summary>Web searches.</summary>
    WebSearches,
}
