using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// What a provider asks for one model. Token prices are money per million tokens; null where the provider has no price of its own
/// for that kind, and then the price of the kind that contains it applies. What is not counted in tokens costs nothing where its
/// price is null.
/// </summary>
public sealed record ModelPrice
{
    /// <summary>Provider's name in the provider table.</summary>
    public required string Provider { get; init; }

    /// <summary>The catalog's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Other names of the model that its provider takes.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Input, per million tokens; zero where the model is not priced by tokens.</summary>
    public Money Input { get; init; }

    /// <summary>Output, per million tokens; zero where the model is not priced by tokens.</summary>
    public Money Output { get; init; }

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

    /// <summary>Audio in that was read from a cache, per million tokens.</summary>
    public Money? CachedAudioInput { get; init; }

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

    /// <summary>Each image made.</summary>
    public Money? Image { get; init; }

    /// <summary>A million characters in.</summary>
    public Money? InputCharacters { get; init; }

    /// <summary>A million characters out.</summary>
    public Money? OutputCharacters { get; init; }

    /// <summary>A second of audio or video in.</summary>
    public Money? InputSecond { get; init; }

    /// <summary>A second of audio or video out.</summary>
    public Money? OutputSecond { get; init; }

    /// <summary>Each page read.</summary>
    public Money? Page { get; init; }

    /// <summary>Each call, beside what it uses.</summary>
    public Money? Request { get; init; }

    /// <summary>
    /// One of the provider's own units (<see cref="Usage.ProviderMicrounits"/>). Where an answer counts them, they take the place of
    /// images, characters, seconds, pages and <see cref="Request"/>, which then describe the same work.
    /// </summary>
    public Money? ProviderUnit { get; init; }

    /// <summary>What is billed at least where there is audio in, microseconds.</summary>
    public long MinInputMicroseconds { get; init; }

    /// <summary>Prices of tiers that have their own; at most one each, none for <see cref="ServiceTier.Standard"/>.</summary>
    public TierPrice[] Tiers { get; init; } = [];

    /// <summary>
    /// What a region of its own costs, in ten-thousandths of the usual price (11,000 is 10 % more); null where all cost the same. It is
    /// for tokens, characters, seconds, pages and images, not for searches, requests and the provider's own units.
    /// </summary>
    public int? RegionalFactor { get; init; }

    /// <summary>Is this the price of a region, see <see cref="RegionalFactor"/>? Made with the book, too.</summary>
    public bool IsRegional { get; internal init; }

    /// <summary>The most input tokens the model takes; bounds an estimate of the input.</summary>
    public long ContextWindow { get; init; }

    /// <summary>The most output tokens the model makes; bounds an estimate of the output.</summary>
    public long MaxOutput { get; init; }

    /// <summary>
    /// By tier and region, two for each tier; empty where all are this row. Made with the book: a copy that was changed has its
    /// original's until a book is made of it.
    /// </summary>
    internal ModelPrice[] Variants { get; init; } = [];

    /// <summary>Is the model priced by tokens (too)? Then it has bounds for them.</summary>
    public bool HasTokenPrices => ContextWindow > 0 || Input > Money.Zero || Output > Money.Zero;

    /// <summary>
    /// The price at a tier, in a region with a price of its own or not; this row where it has no other for them. The row is one of a
    /// <see cref="PriceBook"/>. Allocates nothing.
    /// </summary>
    public ModelPrice At(ServiceTier tier, bool isRegional)
    {
        var at = ((int)tier * PriceVariants.Regions) + (isRegional ? 1 : 0);
        return (uint)at < (uint)Variants.Length ? Variants[at] : this;
    }

    /// <summary>A price for models that have none, with the bounds of large ones: a million tokens in, 128,000 out.</summary>
    public static ModelPrice CreateCeiling(string provider, Money inputPerMillion, Money outputPerMillion) => new()
    {
        Provider = provider,
        Model = "*",
        Input = inputPerMillion,
        Output = outputPerMillion,
        ContextWindow = 1_000_000,
        MaxOutput = 128_000,
    };
}
