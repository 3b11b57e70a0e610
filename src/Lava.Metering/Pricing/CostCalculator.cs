using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// Usage and a model's price to the provider's cost. Usage arrives in its inclusive normal form: the kinds of input and output are
/// subsets of the totals. They are priced as if no token were in two of them, in a fixed order, each only as far as the total lasts,
/// so that no token is priced twice and none is missed: cached (of it cached audio), written to the cache, audio, image, then text; of
/// the output audio, image, reasoning, then text. Cached comes first because a token that is both cached and audio is served at a
/// cached price.
/// </summary>
public static class CostCalculator
{
    /// <summary>
    /// What the provider asks for a call that is charged. Above <see cref="ModelPrice.LongContextAbove"/> total input tokens (cached
    /// ones included) the whole request costs the long prices. What the row has no price for beside tokens costs nothing.
    /// </summary>
    /// <exception cref="OverflowException">
    /// The cost is beyond <see cref="Money"/>: not with prices below 400 dollars per million and counts up to <see cref="Usage.MaxCount"/>.
    /// </exception>
    public static ModelCost Cost(in Usage usage, ModelPrice price) =>
        TryCost(usage, price, out var cost) ? cost : throw new OverflowException("The cost is beyond what Money holds.");

    /// <summary>
    /// As <see cref="Cost"/>; false where the cost is beyond <see cref="Money"/>, or a count beyond <see cref="Usage.MaxCount"/>.
    /// </summary>
    public static bool TryCost(in Usage usage, ModelPrice price, out ModelCost cost)
    {
        cost = default;
        if (IsBeyondCount(usage.InputTokens, usage.OutputTokens))
        {
            return false;
        }

        var sum = Tokens(usage, price);
        if (!UnitCost.Has(usage, price))
        {
            return sum.TryRound(out cost);
        }

        return !UnitCost.IsBeyondCount(usage) && (sum + UnitCost.Of(usage, price)).TryRound(out cost);
    }

    /// <summary>
    /// The most that a call can cost at one tier's prices: every input token at the dearest price it may be served at (an hour's cache
    /// write, the long-context step), every output token too, and all that is not counted in tokens. <see cref="Money.MaxValue"/> where
    /// it is beyond <see cref="Money"/>.
    /// </summary>
    public static Money Highest(ModelPrice price, in CallBounds bounds)
    {
        var units = bounds.Units;
        if (IsBeyondCount(bounds.InputTokens, bounds.OutputTokens) || UnitCost.IsBeyondCount(units))
        {
            return Money.MaxValue;
        }

        // Up to the step's bound the prices below it apply, and above it a shorter input may still be served below it.
        var below = new TokenPrices(price, 0);
        var above = new TokenPrices(price, bounds.InputTokens);
        var input = Money.Max(below.DearestInput(bounds.Modalities), above.DearestInput(bounds.Modalities));
        var output = Money.Max(below.DearestOutput(), above.DearestOutput());
        var tokens = CostSum.PerMillion(input, bounds.InputTokens) + CostSum.PerMillion(output, bounds.OutputTokens);
        var sum = new CostSum(tokens, UnitCost.Highest(units, price));
        return sum.TryRound(out var cost) ? cost.Total : Money.MaxValue;
    }

    /// <summary>The tokens alone. Their counts are at most <see cref="Usage.MaxCount"/>.</summary>
    internal static CostSum Tokens(in Usage usage, ModelPrice price)
    {
        var prices = new TokenPrices(price, usage.InputTokens);
        return new CostSum(Input(usage, prices), Output(usage, prices));
    }

    /// <summary>Is a count beyond <see cref="Usage.MaxCount"/>?</summary>
    internal static bool IsBeyondCount(long input, long output) => input > Usage.MaxCount || output > Usage.MaxCount;

    private static Int128 Input(in Usage usage, in TokenPrices prices)
    {
        var left = Math.Max(0, usage.InputTokens);
        var cached = Take(ref left, usage.CachedInputTokens);
        var cachedAudio = Take(ref cached, usage.CachedAudioInputTokens);
        var written = Take(ref left, usage.CacheWriteInputTokens);
        var written1h = Take(ref written, usage.CacheWrite1hInputTokens);
        var audio = Take(ref left, usage.AudioInputTokens - cachedAudio);
        var image = Take(ref left, usage.ImageInputTokens);
        return CostSum.PerMillion(prices.Input, left)
            + CostSum.PerMillion(prices.Cached, cached) + CostSum.PerMillion(prices.CachedAudio, cachedAudio)
            + CostSum.PerMillion(prices.CacheWrite, written) + CostSum.PerMillion(prices.CacheWrite1h, written1h)
            + CostSum.PerMillion(prices.AudioInput, audio) + CostSum.PerMillion(prices.ImageInput, image);
    }

    private static Int128 Output(in Usage usage, in TokenPrices prices)
    {
        var left = Math.Max(0, usage.OutputTokens);
        var audio = Take(ref left, usage.AudioOutputTokens);
        var image = Take(ref left, usage.ImageOutputTokens);
        var reasoning = Take(ref left, usage.ReasoningOutputTokens);
        return CostSum.PerMillion(prices.Output, left) + CostSum.PerMillion(prices.Reasoning, reasoning)
            + CostSum.PerMillion(prices.AudioOutput, audio) + CostSum.PerMillion(prices.ImageOutput, image);
    }

    /// <summary>Takes a kind out of what is left of the total.</summary>
    internal static long Take(ref long left, long count)
    {
        var taken = Math.Clamp(count, 0, left);
        left -= taken;
        return taken;
    }
}
