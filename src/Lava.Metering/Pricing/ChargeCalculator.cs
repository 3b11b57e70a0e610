using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// Usage, cost and a meter to the customer's charge. The units of a call run through the meter's tiers from where the customer stands.
/// Fixed: each tier's rate times its units. Percentage: the cost is split over the tiers in proportion to the units, each part times
/// its tier's fraction. Where the wallet bears the provider's cost, the cost is in the charge, split the same way. The fee is
/// rounded up once; a slice is the difference of two rounded running sums, so that the slices sum exactly to the charge.
/// </summary>
public static class ChargeCalculator
{
    private static readonly ChargeSlice[] NoSlices = [];

    /// <summary>What the call is charged.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="usage">What was used.</param>
    /// <param name="cost">What the provider asks for it; not negative.</param>
    /// <param name="unitsBefore">The meter's units that the customer had used in the cycle before.</param>
    /// <exception cref="OverflowException">The charge is beyond <see cref="Money"/>.</exception>
    public static Charge Charge(Meter meter, in Usage usage, Money cost, long unitsBefore) =>
        TryCharge(meter, usage, cost, unitsBefore, out var charge)
            ? charge
            : throw new OverflowException("The charge is beyond what Money holds.");

    /// <summary>As <see cref="Charge"/>; false where the charge is beyond <see cref="Money"/>.</summary>
    public static bool TryCharge(Meter meter, in Usage usage, Money cost, long unitsBefore, out Charge charge) =>
        TryCharge(meter, usage, cost, unitsBefore, [], out charge);

    /// <summary>The same, with an array to put the slices into where it has just their number.</summary>
    public static bool TryCharge(
        Meter meter, in Usage usage, Money cost, long unitsBefore, ChargeSlice[] reuse, out Charge charge)
    {
        var units = Units(meter, usage);
        var from = Math.Max(0, unitsBefore);
        charge = default;
        if (from > long.MaxValue - units || cost < Money.Zero)
        {
            return false;
        }

        var first = MeterTiers.IndexAt(meter, from);
        var last = units == 0 ? first : MeterTiers.IndexAt(meter, from + units - 1);
        var slices = reuse.Length == last - first + 1 ? reuse : new ChargeSlice[last - first + 1];
        if (!TryFill(meter, slices, first, from, units, cost, out var amount))
        {
            return false;
        }

        charge = new Charge(amount, units, units == 0 && amount == Money.Zero ? NoSlices : slices);
        return true;
    }

    /// <summary>The meter's units in a usage: tokens of its basis, characters, microseconds, or one request.</summary>
    public static long Units(Meter meter, in Usage usage) => meter.TierType switch
    {
        TierType.Tokens1M when meter.TokenBasis == TokenBasis.Output => Count(usage.OutputTokens),
        TierType.Tokens1M => Count(usage.InputTokens) + Count(usage.OutputTokens),
        TierType.Characters1M => Count(usage.InputCharacters) + Count(usage.OutputCharacters),
        TierType.Minutes => Count(usage.InputMicroseconds) + Count(usage.OutputMicroseconds),
        _ => 1,
    };

    /// <summary>
    /// The most that a call can be charged, wherever the customer stands by then: calls that run at the same time may use up tiers
    /// first, so every tier from <paramref name="unitsBefore"/> on counts, at its dearest. <see cref="Money.MaxValue"/> where it is
    /// beyond <see cref="Money"/>.
    /// </summary>
    /// <param name="meter">The meter.</param>
    /// <param name="highestCost">Upper bound of the provider's cost; see <see cref="CostCalculator.Highest"/>.</param>
    /// <param name="maxInputTokens">Upper bound of the input.</param>
    /// <param name="maxOutputTokens">Upper bound of the output.</param>
    /// <param name="maxOtherUnits">Upper bound of characters or microseconds, where the meter counts those.</param>
    /// <param name="unitsBefore">The meter's units that the customer has used in the cycle.</param>
    public static Money Highest(
        Meter meter, Money highestCost, long maxInputTokens, long maxOutputTokens, long maxOtherUnits, long unitsBefore)
    {
        var units = meter.TierType switch
        {
            TierType.Tokens1M when meter.TokenBasis == TokenBasis.Output => Count(maxOutputTokens),
            TierType.Tokens1M => Count(maxInputTokens) + Count(maxOutputTokens),
            TierType.Requests => 1,
            _ => Math.Min(Math.Max(0, maxOtherUnits), 2 * Usage.MaxCount),
        };
        var rate = MeterTiers.DearestFrom(meter, Math.Max(0, unitsBefore));
        var quantity = meter.RateType == RateType.Percentage ? highestCost.Units : units;
        var scale = Scale(meter);
        var fee = new Rate(rate, scale).Times(quantity);
        var carried = meter.BaseCostPayer == BaseCostPayer.Wallet ? highestCost : Money.Zero;
        return TrySum(fee, scale, carried, out var highest) ? highest : Money.MaxValue;
    }

    private static bool TryFill(
        Meter meter, ChargeSlice[] slices, int first, long from, long units, Money cost, out Money amount)
    {
        var scale = Scale(meter);
        var position = from;
        var end = from + units;
        Int128 fee = 0;
        var share = Money.Zero;
        amount = Money.Zero;
        for (var i = 0; i < slices.Length; i++)
        {
            var tier = meter.Tiers[first + i];
            var until = Math.Min(end, MeterTiers.EndOf(meter, first + i));
            var quantity = until - position;
            position = until;

            // The cost up to here, in proportion to the units up to here; all of it where there are none.
            var shareBefore = share;
            share = units == 0 ? cost : Rate.RoundUp(new Rate(cost, units).Times(position - from), units);
            fee += new Rate(tier.Rate, scale).Times(meter.RateType == RateType.Percentage ? (share - shareBefore).Units : quantity);
            var before = amount;
            if (!TrySum(fee, scale, meter.BaseCostPayer == BaseCostPayer.Wallet ? share : Money.Zero, out amount))
            {
                return false;
            }

            slices[i] = new ChargeSlice(tier.Start, tier.Rate, quantity, amount - before);
        }

        return true;
    }

    private static bool TrySum(Int128 fee, long scale, Money carried, out Money sum)
    {
        sum = default;
        if (fee > (Int128)(Money.MaxValue - carried).Units * scale)
        {
            return false;
        }

        sum = Rate.RoundUp(fee, scale) + carried;
        return true;
    }

    // What a rate is quoted for: a fraction of one, a million tokens or characters, a minute, one request.
    private static long Scale(Meter meter) => meter.RateType == RateType.Percentage ? Rate.FractionScale : meter.TierType switch
    {
        TierType.Minutes => Rate.MicrosecondsPerMinute,
        TierType.Requests => 1,
        _ => Rate.Million,
    };

    private static long Count(long value) => Math.Clamp(value, 0, Usage.MaxCount);
}
