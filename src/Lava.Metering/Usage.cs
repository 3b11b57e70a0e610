using Lava.Core;

namespace Lava.Metering;

/// <summary>
/// What a call used, in one normal form for every provider: <see cref="InputTokens"/> and <see cref="OutputTokens"/> are ALL billed
/// tokens; the other token counts are subsets of them. Every count is ≥ 0 and, with its certainty, safe to price.
/// </summary>
public record struct Usage
{
    /// <summary>
    /// The largest count taken from a response; a larger one is a lie or a bug and makes the usage <see cref="UsageCertainty.Unknown"/>.
    /// </summary>
    public const long MaxCount = 1_000_000_000_000;

    /// <summary>All billed input tokens, cached and cache-written ones included.</summary>
    public long InputTokens;

    /// <summary>All billed output tokens, reasoning included.</summary>
    public long OutputTokens;

    /// <summary>Of the input: read from a cache.</summary>
    public long CachedInputTokens;

    /// <summary>Of the input: written to a cache, whatever its lifetime.</summary>
    public long CacheWriteInputTokens;

    /// <summary>Of the cache writes: those with a lifetime of one hour.</summary>
    public long CacheWrite1hInputTokens;

    /// <summary>Of the output: reasoning ("thinking").</summary>
    public long ReasoningOutputTokens;

    /// <summary>Of the input: audio.</summary>
    public long AudioInputTokens;

    /// <summary>Of the output: audio.</summary>
    public long AudioOutputTokens;

    /// <summary>Of the cached input: audio.</summary>
    public long CachedAudioInputTokens;

    /// <summary>Of the input: images.</summary>
    public long ImageInputTokens;

    /// <summary>Of the output: images.</summary>
    public long ImageOutputTokens;

    /// <summary>Images made, where they are billed each.</summary>
    public long Images;

    /// <summary>Web searches that the provider ran and bills each.</summary>
    public long WebSearches;

    /// <summary>Pages read (OCR).</summary>
    public long Pages;

    /// <summary>Characters in.</summary>
    public long InputCharacters;

    /// <summary>Characters out.</summary>
    public long OutputCharacters;

    /// <summary>Audio in, microseconds.</summary>
    public long InputMicroseconds;

    /// <summary>Audio out, microseconds.</summary>
    public long OutputMicroseconds;

    /// <summary>
    /// What the provider bills in a unit of its own (search units, credits, seconds of a machine), in millionths of it.
    /// </summary>
    public long ProviderMicrounits;

    /// <summary>What the provider itself says the call cost; null where it does not say.</summary>
    public Money? ProviderCost;

    /// <summary>How sure the counts are.</summary>
    public UsageCertainty Certainty;

    /// <summary>Why they are not <see cref="UsageCertainty.Exact"/>.</summary>
    public UsageReason Reason;
}
