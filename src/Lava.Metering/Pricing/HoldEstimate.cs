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
        var cost = price is null ? Money.Zero : Dearest(price, bounds);
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

    /// <summary>
    /// At the dearest price that the call may be served at: the standard one or the one it asks for, in a region with a price of its
    /// own or not, as an account's settings can choose the region too.
    /// </summary>
    private static Money Dearest(ModelPrice price, in CallBounds bounds)
    {
        var tier = bounds.ServiceTier ?? ServiceTier.Standard;
        var dearest = CostCalculator.Highest(price, bounds);
        dearest = Dearer(dearest, price, ServiceTier.Standard, isRegional: true, bounds);
        if (tier != ServiceTier.Standard)
        {
            dearest = Dearer(dearest, price, tier, isRegional: false, bounds);
            dearest = Dearer(dearest, price, tier, isRegional: true, bounds);
        }

        return dearest;
    }

    private static Money Dearer(Money dearest, ModelPrice price, ServiceTier tier, bool isRegional, in CallBounds bounds)
    {
        var variant = price.At(tier, isRegional);
        return ReferenceEquals(variant, price) ? dearest : Money.Max(dearest, CostCalculator.Highest(variant, bounds));
    }
}
