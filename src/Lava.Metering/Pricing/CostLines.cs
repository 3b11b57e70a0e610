using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// A call's cost line by line, for people: what <see cref="CallCost"/> sums without keeping its parts. Rounded up together the lines are
/// its cost; each alone is exact.
/// </summary>
public static class CostLines
{
    private const long Thousand = 1_000;

    /// <summary>
    /// The lines, without those of nothing. What costs nothing has a line as well: tokens of a price of zero, a provider's free pages.
    /// </summary>
    /// <param name="record">The call.</param>
    /// <param name="price">The row of the model that answered.</param>
    /// <param name="book">Where the rows of the other models are found.</param>
    public static IReadOnlyList<CostLine> Of(UsageRecord record, ModelPrice price, PriceBook book)
    {
        var lines = new List<CostLine>();
        var main = price.At(record.ServiceTier, record.IsRegional);
        if (record.ByModel.Length == 0)
        {
            AddTokens(lines, null, record.Usage, main);
        }

        foreach (var part in record.ByModel)
        {
            var own = CallCost.Find(book, price.Provider, part.Model)?.At(record.ServiceTier, record.IsRegional) ?? main;
            AddTokens(lines, part.Model, part.Usage, own);
        }

        AddUnits(lines, record.Usage, main);
        return lines;
    }

    /// <summary>Their sum, rounded up once.</summary>
    /// <exception cref="OverflowException">It is beyond <see cref="Money"/>.</exception>
    public static Money Total(IEnumerable<CostLine> lines) => Rate.RoundUp(Sum(lines), Rate.Million);

    /// <summary>What rounding up adds to the lines' exact sum, in millionths of <see cref="Money"/>'s unit: 0 to 999,999.</summary>
    /// <exception cref="OverflowException">The sum is beyond <see cref="Money"/>.</exception>
    public static Int128 RoundedUpBy(IReadOnlyCollection<CostLine> lines) =>
        ((Int128)Total(lines).Units * Rate.Million) - Sum(lines);

    private static Int128 Sum(IEnumerable<CostLine> lines) =>
        lines.Aggregate((Int128)0, (sum, line) => sum + line.Millionths);

    // In the order in which CostCalculator takes the kinds out of the totals.
    private static void AddTokens(List<CostLine> lines, string? model, in Usage usage, ModelPrice price)
    {
        var prices = new TokenPrices(price, usage.InputTokens);
        var input = Math.Max(0, usage.InputTokens);
        var cached = CostCalculator.Take(ref input, usage.CachedInputTokens);
        var cachedAudio = CostCalculator.Take(ref cached, usage.CachedAudioInputTokens);
        var written = CostCalculator.Take(ref input, usage.CacheWriteInputTokens);
        var written1h = CostCalculator.Take(ref written, usage.CacheWrite1hInputTokens);
        var audio = CostCalculator.Take(ref input, usage.AudioInputTokens - cachedAudio);
        var image = CostCalculator.Take(ref input, usage.ImageInputTokens);
        var output = Math.Max(0, usage.OutputTokens);
        var audioOut = CostCalculator.Take(ref output, usage.AudioOutputTokens);
        var imageOut = CostCalculator.Take(ref output, usage.ImageOutputTokens);
        var reasoning = CostCalculator.Take(ref output, usage.ReasoningOutputTokens);
        Add(lines, CostKind.Input, model, input, prices.Input, Rate.Million);
        Add(lines, CostKind.CachedInput, model, cached, prices.Cached, Rate.Million);
        Add(lines, CostKind.CachedAudioInput, model, cachedAudio, prices.CachedAudio, Rate.Million);
        Add(lines, CostKind.CacheWrite, model, written, prices.CacheWrite, Rate.Million);
        Add(lines, CostKind.CacheWrite1h, model, written1h, prices.CacheWrite1h, Rate.Million);
        Add(lines, CostKind.AudioInput, model, audio, prices.AudioInput, Rate.Million);
        Add(lines, CostKind.ImageInput, model, image, prices.ImageInput, Rate.Million);
        Add(lines, CostKind.Output, model, output, prices.Output, Rate.Million);
        Add(lines, CostKind.Reasoning, model, reasoning, prices.Reasoning, Rate.Million);
        Add(lines, CostKind.AudioOutput, model, audioOut, prices.AudioOutput, Rate.Million);
        Add(lines, CostKind.ImageOutput, model, imageOut, prices.ImageOutput, Rate.Million);
    }

    private static void AddUnits(List<CostLine> lines, in Usage usage, ModelPrice price)
    {
        if (usage.ProviderMicrounits > 0 && price.ProviderUnit is not null)
        {
            Add(lines, CostKind.ProviderUnits, null, usage.ProviderMicrounits, price.ProviderUnit, Rate.Million);
        }
        else
        {
            Add(lines, CostKind.InputCharacters, null, usage.InputCharacters, price.InputCharacters, Rate.Million);
            Add(lines, CostKind.InputTime, null, UnitCost.BilledInput(usage, price), price.InputSecond, Rate.Million);
            Add(lines, CostKind.Pages, null, usage.Pages, price.Page, 1);
            Add(lines, CostKind.OutputCharacters, null, usage.OutputCharacters, price.OutputCharacters, Rate.Million);
            Add(lines, CostKind.OutputTime, null, usage.OutputMicroseconds, price.OutputSecond, Rate.Million);
            Add(lines, CostKind.Images, null, usage.Images, price.Image, 1);
            Add(lines, CostKind.Request, null, 1, price.Request, 1);
        }

        Add(lines, CostKind.WebSearches, null, usage.WebSearches, price.WebSearch1K, Thousand);
    }

    private static void Add(List<CostLine> lines, CostKind kind, string? model, long quantity, Money? price, long per)
    {
        if (price is { } known && quantity > 0)
        {
            lines.Add(new CostLine(kind, model, quantity, known, per));
        }
    }
}
