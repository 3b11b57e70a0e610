using System.Text;

namespace Lava.Metering.Pricing;

/// <summary>A call's usage, the tier it was served at and the models that did it, to the provider's cost.</summary>
public static class CallCost
{
    /// <summary>
    /// What the provider asks. Where several models did the call, the tokens of each cost its own row's price, at the call's tier and
    /// region, those of a model without a row the price of the model that answered; searches, the call itself and all else that is not
    /// counted in tokens are taken once, from the call's own usage. Rounded up once for all. Allocates nothing.
    /// </summary>
    /// <param name="usage">The whole call.</param>
    /// <param name="price">The row of the model that answered.</param>
    /// <param name="tier">The tier at which it was served.</param>
    /// <param name="isRegional">Was it served in a region with a price of its own?</param>
    /// <param name="byModel">The tokens by model, summing to the whole; empty where one model did all.</param>
    /// <param name="book">Where the models' rows are found, under the answering model's provider.</param>
    /// <param name="cost">The cost.</param>
    /// <returns>False where it is beyond Money, or a count beyond <see cref="Usage.MaxCount"/>.</returns>
    public static bool TryCost(
        in Usage usage,
        ModelPrice price,
        ServiceTier tier,
        bool isRegional,
        ReadOnlySpan<ModelUsage> byModel,
        PriceBook book,
        out ModelCost cost)
    {
        var main = price.At(tier, isRegional);
        if (byModel.IsEmpty)
        {
            return CostCalculator.TryCost(usage, main, out cost);
        }

        cost = default;
        if (byModel.Length > ModelsMax || UnitCost.IsBeyondCount(usage))
        {
            return false;
        }

        var sum = UnitCost.Of(usage, main);
        foreach (var part in byModel)
        {
            if (CostCalculator.IsBeyondCount(part.Usage.InputTokens, part.Usage.OutputTokens))
            {
                return false;
            }

            var own = Find(book, price.Provider, part.Model)?.At(tier, isRegional) ?? main;
            sum += CostCalculator.Tokens(part.Usage, own);
        }

        return sum.TryRound(out cost);
    }

    /// <summary>The same of a record.</summary>
    public static bool TryCost(UsageRecord record, ModelPrice price, PriceBook book, out ModelCost cost) =>
        TryCost(record.Usage, price, record.ServiceTier, record.IsRegional, record.ByModel, book, out cost);

    // Above it the sum could leave 128 bits; a call with a hundred models is a lie.
    private const int ModelsMax = 1_000;

    /// <summary>A model's row; null where it has none.</summary>
    internal static ModelPrice? Find(PriceBook book, string provider, string model)
    {
        Span<byte> name = stackalloc byte[PriceBook.ModelBytesMax];
        return Encoding.UTF8.TryGetBytes(model, name, out var length) && book.TryFind(provider, name[..length], out var price)
            ? price
            : null;
    }
}
