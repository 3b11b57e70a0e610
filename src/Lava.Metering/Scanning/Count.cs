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
    ImageInput,
    ImageOutput,
    ToolInput,
    WebSearches,
    Last,
}
