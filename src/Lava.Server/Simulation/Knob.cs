namespace Lava.Server.Simulation;

/// <summary>A number that a request sets to steer its answer. Described in <see cref="KnobTable"/>, in the same order.</summary>
internal enum Knob : byte
{
    LatencyMs,
    Tokens,
    TokensPerSecond,
    ChunkTokens,
    ChunkBytes,
    Error,
    RetryAfter,
    FaultAfter,
    PaddingBytes,
    CachedTokens,
    CacheWriteTokens,
    CacheWrite1hTokens,
    ReasoningTokens,
    AudioInputTokens,
    AudioOutputTokens,
    ImageInputTokens,
    ImageOutputTokens,
    ToolTokens,
    WebSearches,
    Stamp,
}
