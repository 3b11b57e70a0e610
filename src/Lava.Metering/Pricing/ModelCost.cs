using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>The provider's price of one call. Its sum is rounded once; the parts sum exactly to it.</summary>
/// <param name="Input">All input tokens, cache writes included, and the characters, seconds and pages in.</param>
/// <param name="Output">
/// All output tokens, and the characters, seconds and images out, the searches that the provider ran for the answer, the price of the
/// call itself, the provider's own units.
/// </param>
public readonly record struct ModelCost(Money Input, Money Output)
{
    /// <summary>What the provider asks for the call.</summary>
    public Money Total => Input + Output;
}
