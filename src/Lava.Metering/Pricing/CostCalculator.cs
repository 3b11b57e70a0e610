using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// Usage and a model's price to the provider's cost. Usage arrives in its inclusive normal form: the kinds of input and output are
/// subsets of the totals. They are priced as if no token were in two of them, in a fixed order, each only as far as the total lasts,
/// so that no token is priced twice and none is missed: cached, written to the cache, audio, image, then text; of the output audio,
/// image, reasoning, then text. Cached comes first because a token that is both cached and audio is served at a cached price.
/// </summary>
public static class CostCalculator
{
    private const long ThousandsInMillion = 1_000;
    private static readonly Int128 MaxNumerator = (Int128)long.MaxValue * Rate.Million;

    /// <summary>
    /// What the provider asks. Above <see cref="ModelPrice.LongContextAbove"/> total input tokens (cached ones included) the whole
    /// request costs the long prices. Web searches count as output, and cost nothing where the row has no price for them.
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
        if (IsBeyondCount(usage.InputTokens, usage.OutputTokens, usage.WebSearches))
        {
            return false;
        }

        var prices = new TokenPrices(price, usage.InputTokens);
        var input = Input(usage, prices);
        var sum = input + Output(usage, prices) + WebSearches(price, usage.WebSearches);
        if (sum > MaxNumerator)
        {
            return false;
        }

        // The sum is rounded, not the parts: the output bears the difference, at most one unit.
        var total = Rate.RoundUp(sum, Rate.Million);
        var inputCost = Rate.RoundUp(input, Rate.Million);
        cost = new ModelCost(inputCost, total - inputCost);
        return true;
    }

    /// <summary>
    /// The most that a call can cost: every input token at the dearest price it may be served at (an hour's cache write, the
    /// long-context step), every output token too. <see cref="Money.MaxValue"/> where it is beyond <see cref="Money"/>.
    /// </summary>
    /// <param name="price">The model's price.</param>
    /// <param name="inputTokens">Upper bound of the input.</param>
    /// <param name="outputTokens">Upper bound of the output.</param>
    /// <param name="modalities">What the input may carry beside text.</param>
    /// <param name="webSearches">Upper bound of the searches.</param>
    public static Money Highest(
        ModelPrice price, long inputTokens, long outputTokens, Modalities modalities = Modalities.Text, long webSearches = 0)
    {
        if (IsBeyondCount(inputTokens, outputTokens, webSearches))
        {
            return Money.MaxValue;
        }

        // Up to the step's bound the prices below it apply, and above it a shorter input may still be served below it.
        var below = new TokenPrices(price, 0);
        var above = new TokenPrices(price, inputTokens);
        var input = Money.Max(below.DearestInput(modalities), above.DearestInput(modalities));
        var output = Money.Max(below.DearestOutput(), above.DearestOutput());
        var sum = Times(input, inputTokens) + Times(output, outputTokens) + WebSearches(price, webSearches);
        return sum > MaxNumerator ? Money.MaxValue : Rate.RoundUp(sum, Rate.Million);
    }

    // Up to this count no product or sum below leaves 128 bits, whatever the price.
    private static bool IsBeyondCount(long input, long output, long searches) =>
        input > Usage.MaxCount || output > Usage.MaxCount || searches > Usage.MaxCount;

    private static Int128 Input(in Usage usage, in TokenPrices prices)
    {
        var left = Math.Max(0, usage.InputTokens);
        var cached = Take(ref left, usage.CachedInputTokens);
        var written = Take(ref left, usage.CacheWriteInputTokens);
        var written1h = Take(ref written, usage.CacheWrite1hInputTokens);
        var audio = Take(ref left, usage.AudioInputTokens);
        var image = Take(ref left, usage.ImageInputTokens);
        return Times(prices.Input, left) + Times(prices.Cached, cached)
            + Times(prices.CacheWrite, written) + Times(prices.CacheWrite1h, written1h)
            + Times(prices.AudioInput, audio) + Times(prices.ImageInput, image);
    }

    private static Int128 Output(in Usage usage, in TokenPrices prices)
    {
        var left = Math.Max(0, usage.OutputTokens);
        var audio = Take(ref left, usage.AudioOutputTokens);
        var image = Take(ref left, usage.ImageOutputTokens);
        var reasoning = Take(ref left, usage.ReasoningOutputTokens);
        return Times(prices.Output, left) + Times(prices.Reasoning, reasoning)
            + Times(prices.AudioOutput, audio) + Times(prices.ImageOutput, image);
    }

    // Searches are priced per thousand: scaled to the millionths of the rest.
    private static Int128 WebSearches(ModelPrice price, long searches) =>
        searches > 0 && price.WebSearch1K is { } rate ? Times(rate, searches) * ThousandsInMillion : 0;

    private static Int128 Times(Money rate, long count) => count <= 0 ? 0 : new Rate(rate, Rate.Million).Times(count);

    private static long Take(ref long left, long count)
    {
        var taken = Math.Clamp(count, 0, left);
        left -= taken;
        return taken;
    }
}
