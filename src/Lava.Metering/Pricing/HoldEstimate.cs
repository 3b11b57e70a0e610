using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>How much to reserve before a call, and how much output a wallet can pay.</summary>
public static class HoldEstimate
{
    /// <summary>The most that a call can be charged: at the meter's price, or the provider's cost where there is no meter.</summary>
    /// <param name="price">The model's price; null where the call costs the provider's money by nothing that is priced.</param>
    /// <param name="meter">The meter; null: the cost alone.</param>
    /// <param name="bounds">The most that it can use.</param>
    /// <param name="unitsBefore">The meter's units that the customer has used in the cycle.</param>
    public static Money Highest(ModelPrice? price, Meter? meter, in CallBounds bounds, long unitsBefore)
    {
        var cost = price is null
            ? Money.Zero
            : CostCalculator.Highest(price, bounds.InputTokens, bounds.OutputTokens, bounds.Modalities, bounds.WebSearches);
        return meter is null
            ? cost
            : ChargeCalculator.Highest(meter, cost, bounds.InputTokens, bounds.OutputTokens, bounds.OtherUnits, unitsBefore);
    }

    /// <summary>
    /// The largest output, up to <see cref="CallBounds.OutputTokens"/>, whose <see cref="Highest"/> an amount covers: what a request's
    /// limit is lowered to when the wallet can't pay all of it.
    /// </summary>
    /// <returns>False where the amount does not even cover the input.</returns>
    public static bool TryLargestOutput(
        Money affordable, ModelPrice? price, Meter? meter, in CallBounds bounds, long unitsBefore, out long outputTokens)
    {
        outputTokens = 0;
        if (Highest(price, meter, bounds with { OutputTokens = 0 }, unitsBefore) > affordable)
        {
            return false;
        }

        // The hold never falls as the output grows. At most 63 halvings.
        var beyond = Math.Max(0, bounds.OutputTokens);
        while (outputTokens < beyond)
        {
            var middle = beyond - ((beyond - outputTokens) / 2);
            if (Highest(price, meter, bounds with { OutputTokens = middle }, unitsBefore) <= affordable)
            {
                outputTokens = middle;
            }
            else
            {
                beyond = middle - 1;
            }
        }

        return true;
    }
}
