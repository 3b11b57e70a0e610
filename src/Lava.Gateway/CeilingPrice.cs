using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Gateway;

/// <summary>The price of a model that the catalog has not, where the merchant chose one: a bound, not what the provider asks.</summary>
public static class CeilingPrice
{
    // As the largest models in the catalog: an estimate that is too small would reserve too little.
    private const long ContextWindow = 1_050_000;
    private const long MaxOutput = 128_000;

    /// <summary>Made anew for each call: such calls are the exception, and prices are immutable.</summary>
    public static ModelPrice Create(string provider, Money input, Money output) => new()
    {
        Provider = provider,
        Model = "",
        Input = input,
        Output = output,
        ContextWindow = ContextWindow,
        MaxOutput = MaxOutput,
    };
}
