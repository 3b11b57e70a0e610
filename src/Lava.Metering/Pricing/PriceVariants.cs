using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>Makes a row's prices by tier and region, once for each book.</summary>
internal static class PriceVariants
{
    /// <summary>A tier's prices: the usual one, and a region's own.</summary>
    public const int Regions = 2;

    /// <summary>What <see cref="ModelPrice.RegionalFactor"/> counts in.</summary>
    public const int FactorScale = 10_000;

    private static readonly int TierCount = Enum.GetValues<ServiceTier>().Length;

    /// <summary>The row with its variants.</summary>
    /// <exception cref="OverflowException">A price is beyond <see cref="Money"/>.</exception>
    public static ModelPrice Of(ModelPrice row)
    {
        if (row.Tiers.Length == 0 && row.RegionalFactor is null)
        {
            return row with { Variants = [] };
        }

        // A name can stand for the region itself ("us.anthropic.…"): then the region's prices hold, whatever the answer says.
        var all = new ModelPrice[TierCount * Regions];
        var regional = new ModelPrice[TierCount * Regions];
        all[0] = row with { Variants = all };
        all[1] = row.RegionalFactor is { } factor ? InRegion(all[0], factor) with { Variants = regional, IsRegional = true } : all[0];
        foreach (var tier in Enum.GetValues<ServiceTier>())
        {
            var at = (int)tier * Regions;
            if (at > 0)
            {
                all[at] = Variant(row, all[0], tier, null);
                all[at + 1] = Variant(row, all[1], tier, row.RegionalFactor);
            }

            regional[at] = regional[at + 1] = all[at + 1];
        }

        return all[0];
    }

    private static ModelPrice Variant(ModelPrice row, ModelPrice standard, ServiceTier tier, int? region)
    {
        if (Array.Find(row.Tiers, candidate => candidate.Tier == tier) is not { } price)
        {
            return standard;
        }

        // Tier and region at once, so that each price is rounded once.
        var factor = region ?? FactorScale;
        var tokens = Tokens(
            row with { Variants = [], IsRegional = region is not null },
            OfTier(price.Input, row.Input, factor),
            OfTier(price.Output, row.Output, factor));
        tokens = price.CachedInput is { } cached ? tokens with { CachedInput = new Ratio(factor, FactorScale).Of(cached) } : tokens;
        return Units(tokens, new Ratio(factor, FactorScale));
    }

    private static ModelPrice InRegion(ModelPrice row, int factor)
    {
        var ratio = new Ratio(factor, FactorScale);
        return Units(Tokens(row, ratio, ratio), ratio);
    }

    private static ModelPrice Tokens(ModelPrice row, Ratio input, Ratio output) => row with
    {
        Input = input.Of(row.Input),
        CachedInput = input.Of(row.CachedInput),
        CacheWrite = input.Of(row.CacheWrite),
        CacheWrite1h = input.Of(row.CacheWrite1h),
        AudioInput = input.Of(row.AudioInput),
        CachedAudioInput = input.Of(row.CachedAudioInput),
        ImageInput = input.Of(row.ImageInput),
        LongInput = input.Of(row.LongInput),
        LongCachedInput = input.Of(row.LongCachedInput),
        LongCacheWrite = input.Of(row.LongCacheWrite),
        LongCacheWrite1h = input.Of(row.LongCacheWrite1h),
        Output = output.Of(row.Output),
        AudioOutput = output.Of(row.AudioOutput),
        ImageOutput = output.Of(row.ImageOutput),
        Reasoning = output.Of(row.Reasoning),
        LongOutput = output.Of(row.LongOutput),
    };

    private static ModelPrice Units(ModelPrice row, Ratio ratio) => row with
    {
        Image = ratio.Of(row.Image),
        InputCharacters = ratio.Of(row.InputCharacters),
        OutputCharacters = ratio.Of(row.OutputCharacters),
        InputSecond = ratio.Of(row.InputSecond),
        OutputSecond = ratio.Of(row.OutputSecond),
        Page = ratio.Of(row.Page),
    };

    // Nothing has no ratio: a price of zero stays zero, and what stands beside it costs what it does in the region.
    private static Ratio OfTier(Money tier, Money standard, int factor) => standard == Money.Zero
        ? new Ratio(factor, FactorScale)
        : new Ratio((Int128)tier.Units * factor, (Int128)standard.Units * FactorScale);

    private readonly record struct Ratio(Int128 Numerator, Int128 Denominator)
    {
        public Money Of(Money price) => Rate.RoundUp(price.Units * Numerator, Denominator);

        public Money? Of(Money? price) => price is { } amount ? Of(amount) : null;
    }
}
