namespace Lava.Metering.Scanning;

/// <summary>The counts of a usage object, as they stand there: what includes what is the format's business.</summary>
internal enum Count : byte
{
    Input,
    Output,
    Total,
    Cached,
    CachedElsewhere,
    CacheWrite,
    CacheWrite5m,
    CacheWrite1h,
    Reasoning,
    AudioInput,
    AudioOutput,
    CachedAudio,
    ImageInput,
    ImageOutput,
    ToolInput,
    ExtraInput,
    ExtraCached,
    ExtraOutput,
    WebSearches,
    Images,
    Pages,
    InputCharacters,
    OutputCharacters,

    /// <summary>From here on a count is a decimal, kept in millionths: seconds, the provider's own unit.</summary>
    FirstDecimal,
    InputSeconds = FirstDecimal,
    OutputSeconds,
    ProviderUnits,
    Last,
}
