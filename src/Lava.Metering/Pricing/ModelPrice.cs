using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// What a provider asks for one model. Token prices are money per million tokens; null where the provider has no price of its own
/// for that kind, and then the price of the kind that contains it applies.
/// </summary>
public sealed record ModelPrice
{
    /// <summary>Provider's name in the provider table.</summary>
    public required string Provider { get; init; }

    /// <summary>The catalog's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Other names of the model that its provider takes.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Input, per million tokens.</summary>
    public required Money Input { get; init; }

    /// <summary>Output, per million tokens.</summary>
    public required Money Output { get; init; }

    /// <summary>Input read from a cache, per million tokens.</summary>
    public Money? CachedInput { get; init; }

    /// <summary>Input written to a cache, per million tokens.</summary>
    public Money? CacheWrite { get; init; }

    /// <summary>Input written to a cache for an hour, per million tokens.</summary>
    public Money? CacheWrite1h { get; init; }

    /// <summary>Audio in, per million tokens.</summary>
    public Money? AudioInput { get; init; }

    /// <summary>Audio out, per million tokens.</summary>
    public Money? AudioOutput { get; init; }

    /// <summary>Images in, per million tokens.</summary>
    public Money? ImageInput { get; init; }

    /// <summary>Images out, per million tokens.</summary>
    public Money? ImageOutput { get; init; }

    /// <summary>Reasoning out, per million tokens.</summary>
    public Money? Reasoning { get; init; }

    /// <summary>Each thousand web searches.</summary>
    public Money? WebSearch1K { get; init; }

    /// <summary>
    /// Total input tokens above which the whole request costs the "Long" prices; null without such a step. A kind without a long price
    /// costs the larger of its own price and the long price of the kind that contains it.
    /// </summary>
    public long? LongContextAbove { get; init; }

    /// <summary>Input above the step.</summary>
    public Money? LongInput { get; init; }

    /// <summary>Output above the step.</summary>
    public Money? LongOutput { get; init; }

    /// <summary>Cached input above the step.</summary>
    public Money? LongCachedInput { get; init; }

    /// <summary>Cache writes above the step.</summary>
    public Money? LongCacheWrite { get; init; }

    /// <summary>Cache writes for an hour above the step.</summary>
    public Money? LongCacheWrite1h { get; init; }

    /// <summary>The most input tokens the model takes; bounds an estimate of the input.</summary>
    public long ContextWindow { get; init; }

    /// <summary>The most output tokens the model makes; bounds an estimate of the output.</summary>
    public long MaxOutput { get; init; }
}
