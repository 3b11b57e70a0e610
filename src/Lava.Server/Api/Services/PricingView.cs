using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Services;

/// <summary>
/// What a model costs, in all units that it has a price for; without what has no price of its own. <c>input</c> and <c>output</c> are in
/// the unit that <c>type</c> names: a million tokens or characters, a second; what is counted by the piece has a <c>cost_per_…</c>.
/// </summary>
internal sealed record PricingView
{
    /// <summary>The unit: tokens_1m, characters_1m, seconds, images, pages, provider_units, requests.</summary>
    public required string Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Input { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Output { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CacheInputRead { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CacheInputWrite { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CacheInputWrite1h { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Reasoning { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CostPerRequest { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CostPerImage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CostPerPage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CostPerProviderUnit { get; init; }

    /// <summary>A thousand searches that the provider runs.</summary>
    [JsonPropertyName("cost_per_1k_searches"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? CostPer1kSearches { get; init; }

    /// <summary>A million characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PricePairView? Characters { get; init; }

    /// <summary>A second of audio or video.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PricePairView? Seconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PricePairView? Audio { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PricePairView? Image { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LongContextView? LongContext { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TierPricingView>? ServiceTiers { get; init; }

    /// <summary>What a region with a price of its own costs, as a factor: 1.1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? RegionalFactor { get; init; }

    /// <summary>A model's prices.</summary>
    public static PricingView From(ModelPrice price)
    {
        var characters = PricePairView.From(price.InputCharacters, price.OutputCharacters);
        var seconds = PricePairView.From(price.InputSecond, price.OutputSecond);
        var hasTokens = price.HasTokenPrices || (characters ?? seconds) is null && IsFree(price);
        var pair = hasTokens ? new PricePairView(price.Input, price.Output) : characters ?? seconds;
        return new PricingView
        {
            Type = hasTokens ? RequestJson.UnitName(TierType.Tokens1M)
                : characters is not null ? RequestJson.UnitName(TierType.Characters1M)
                : seconds is not null ? "seconds"
                : price.Image is not null ? "images"
                : price.Page is not null ? "pages"
                : price.ProviderUnit is not null ? "provider_units"
                : RequestJson.UnitName(TierType.Requests),
            Input = pair?.Input,
            Output = pair?.Output,
            CacheInputRead = price.CachedInput,
            CacheInputWrite = price.CacheWrite,
            CacheInputWrite1h = price.CacheWrite1h,
            Reasoning = price.Reasoning,
            CostPerRequest = price.Request,
            CostPerImage = price.Image,
            CostPerPage = price.Page,
            CostPerProviderUnit = price.ProviderUnit,
            CostPer1kSearches = price.WebSearch1K,
            Characters = characters,
            Seconds = seconds,
            Audio = PricePairView.From(price.AudioInput, price.AudioOutput),
            Image = PricePairView.From(price.ImageInput, price.ImageOutput),
            LongContext = LongContextOf(price),
            ServiceTiers = price.Tiers.Length == 0 ? null : [.. price.Tiers.Select(tier => Tier(price, tier.Tier))],
            RegionalFactor = price.RegionalFactor is { } factor ? factor / 10_000m : null,
        };
    }

    /// <summary>The kinds of work that the model has a price of its own for.</summary>
    public static IReadOnlyList<string> Capabilities(ModelPrice price)
    {
        (string Name, Money? Price)[] kinds =
        [
            ("prompt_caching", price.CachedInput), ("audio_input", price.AudioInput), ("audio_output", price.AudioOutput),
            ("image_input", price.ImageInput), ("image_output", price.ImageOutput), ("reasoning", price.Reasoning),
            ("web_search", price.WebSearch1K),
        ];
        return [.. kinds.Where(kind => kind.Price is not null).Select(kind => kind.Name)];
    }

    private static bool IsFree(ModelPrice price) =>
        (price.Image ?? price.Page ?? price.ProviderUnit ?? price.Request ?? price.WebSearch1K) is null;

    private static LongContextView? LongContextOf(ModelPrice price) => price.LongContextAbove is { } above
        ? new LongContextView(
            above, price.LongInput ?? price.Input, price.LongOutput ?? price.Output, price.LongCachedInput, price.LongCacheWrite)
        : null;

    // As a call at the tier is priced: what follows the tier's ratio included.
    private static TierPricingView Tier(ModelPrice price, ServiceTier tier)
    {
        var at = price.At(tier, isRegional: false);
        return new TierPricingView(RequestJson.TierName(tier), at.Input, at.Output, at.CachedInput);
    }
}
