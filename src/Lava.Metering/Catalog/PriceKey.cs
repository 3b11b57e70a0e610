using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>A price that a price file's row can have: its key there, and its place in a <see cref="ModelPrice"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Get">Reads it.</param>
/// <param name="With">The row with it.</param>
/// <param name="IsStep">Does it only hold above a step?</param>
internal sealed record PriceKey(
    string Name, Func<ModelPrice, Money?> Get, Func<ModelPrice, Money, ModelPrice> With, bool IsStep = false)
{
    /// <summary>All but input and output and the prices of tiers, in the order in which a file is written.</summary>
    public static readonly IReadOnlyList<PriceKey> All =
    [
        new("cached", row => row.CachedInput, (row, price) => row with { CachedInput = price }),
        new("cache_write", row => row.CacheWrite, (row, price) => row with { CacheWrite = price }),
        new("cache_write_1h", row => row.CacheWrite1h, (row, price) => row with { CacheWrite1h = price }),
        new("audio_in", row => row.AudioInput, (row, price) => row with { AudioInput = price }),
        new("cached_audio", row => row.CachedAudioInput, (row, price) => row with { CachedAudioInput = price }),
        new("audio_out", row => row.AudioOutput, (row, price) => row with { AudioOutput = price }),
        new("image_in", row => row.ImageInput, (row, price) => row with { ImageInput = price }),
        new("image_out", row => row.ImageOutput, (row, price) => row with { ImageOutput = price }),
        new("reasoning", row => row.Reasoning, (row, price) => row with { Reasoning = price }),
        new("image", row => row.Image, (row, price) => row with { Image = price }),
        new("characters_in", row => row.InputCharacters, (row, price) => row with { InputCharacters = price }),
        new("characters_out", row => row.OutputCharacters, (row, price) => row with { OutputCharacters = price }),
        new("second_in", row => row.InputSecond, (row, price) => row with { InputSecond = price }),
        new("second_out", row => row.OutputSecond, (row, price) => row with { OutputSecond = price }),
        new("page", row => row.Page, (row, price) => row with { Page = price }),
        new("unit", row => row.ProviderUnit, (row, price) => row with { ProviderUnit = price }),
        new("request", row => row.Request, (row, price) => row with { Request = price }),
        new("web_search", row => row.WebSearch1K, (row, price) => row with { WebSearch1K = price }),
        new("long_input", row => row.LongInput, (row, price) => row with { LongInput = price }, IsStep: true),
        new("long_output", row => row.LongOutput, (row, price) => row with { LongOutput = price }, IsStep: true),
        new("long_cached", row => row.LongCachedInput, (row, price) => row with { LongCachedInput = price }, IsStep: true),
        new("long_cache_write", row => row.LongCacheWrite, (row, price) => row with { LongCacheWrite = price }, IsStep: true),
        new("long_cache_write_1h", row => row.LongCacheWrite1h, (row, price) => row with { LongCacheWrite1h = price }, IsStep: true),
    ];

    /// <summary>What the keys of tiers begin with: "priority_in", "priority_out", "priority_cached".</summary>
    public static readonly IReadOnlyList<(string Name, ServiceTier Tier)> Tiers =
    [
        ("priority", ServiceTier.Priority), ("flex", ServiceTier.Flex), ("batch", ServiceTier.Batch), ("fast", ServiceTier.Fast),
    ];
}
