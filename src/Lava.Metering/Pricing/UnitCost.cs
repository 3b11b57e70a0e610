namespace Lava.Metering.Pricing;

/// <summary>What is not counted in tokens, to its cost: images, characters, seconds, pages, searches, the call itself.</summary>
internal static class UnitCost
{
    private const long ThousandsInMillion = 1_000;

    /// <summary>Does any of it cost anything? Says yes too often rather than too rarely.</summary>
    public static bool Has(in Usage usage, ModelPrice price) => price.Request is not null
        || (usage.Images | usage.Pages | usage.WebSearches | usage.InputCharacters | usage.OutputCharacters
            | usage.InputMicroseconds | usage.OutputMicroseconds | usage.ProviderMicrounits) != 0;

    /// <summary>Is a count beyond <see cref="Usage.MaxCount"/>?</summary>
    public static bool IsBeyondCount(in Usage usage) =>
        usage.Images > Usage.MaxCount || usage.Pages > Usage.MaxCount || usage.WebSearches > Usage.MaxCount
        || usage.InputCharacters > Usage.MaxCount || usage.OutputCharacters > Usage.MaxCount
        || usage.InputMicroseconds > Usage.MaxCount || usage.OutputMicroseconds > Usage.MaxCount
        || usage.ProviderMicrounits > Usage.MaxCount;

    /// <summary>The cost of a usage.</summary>
    public static CostSum Of(in Usage usage, ModelPrice price)
    {
        var work = usage.ProviderMicrounits > 0 && price.ProviderUnit is not null ? OwnUnits(usage, price) : Work(usage, price);
        return work + Searches(usage, price);
    }

    /// <summary>The most that a usage within a bound can cost, in whatever way it is counted.</summary>
    public static Int128 Highest(in Usage bound, ModelPrice price)
    {
        var work = Work(bound, price);
        return Int128.Max(work.Input + work.Output, OwnUnits(bound, price).Output) + Searches(bound, price).Output;
    }

    /// <summary>The audio or video in that is billed, microseconds.</summary>
    public static long BilledInput(in Usage usage, ModelPrice price) =>
        usage.InputMicroseconds > 0 ? Math.Max(usage.InputMicroseconds, price.MinInputMicroseconds) : 0;

    private static CostSum Work(in Usage usage, ModelPrice price)
    {
        // A price of a second, times microseconds, is in millionths as all others.
        return new CostSum(
            CostSum.PerMillion(price.InputCharacters, usage.InputCharacters)
                + CostSum.PerMillion(price.InputSecond, BilledInput(usage, price)) + CostSum.Each(price.Page, usage.Pages),
            CostSum.PerMillion(price.OutputCharacters, usage.OutputCharacters)
                + CostSum.PerMillion(price.OutputSecond, usage.OutputMicroseconds)
                + CostSum.Each(price.Image, usage.Images) + CostSum.Each(price.Request, 1));
    }

    private static CostSum OwnUnits(in Usage usage, ModelPrice price) =>
        new(0, CostSum.PerMillion(price.ProviderUnit, usage.ProviderMicrounits));

    private static CostSum Searches(in Usage usage, ModelPrice price) =>
        new(0, CostSum.PerMillion(price.WebSearch1K, usage.WebSearches) * ThousandsInMillion);
}
