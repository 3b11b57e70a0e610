using System.Globalization;
using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>What a meter must be. Checks everything at once, so that a caller sees all errors in one answer.</summary>
public static class MeterRules
{
    /// <summary>Tiers of a meter: the price lists that sellers publish have at most ten, and a charge walks them all.</summary>
    public const int TiersMax = 50;

    /// <summary>The highest tier start: above it minutes, counted in microseconds, leave 64 bits.</summary>
    public const long TierStartMax = 100_000_000_000;

    /// <summary>The highest percentage, ten times the cost: whoever writes more has likely written 20 for 20 %.</summary>
    public static readonly Money PercentageRateMax = Money.FromDollars(10);

    /// <summary>The highest fixed rate, so that a charge stays far within <see cref="Money"/>.</summary>
    public static readonly Money FixedRateMax = Money.FromDollars(1_000_000);

    /// <summary>Who bears the provider's cost where a meter does not say.</summary>
    public static BaseCostPayer DefaultBaseCostPayer(RateType rateType) =>
        rateType == RateType.Percentage ? BaseCostPayer.Wallet : BaseCostPayer.Merchant;

    /// <summary>Reads tiers from text.</summary>
    /// <param name="rateType">How the meter prices: a percentage's rates are fractions.</param>
    /// <param name="tiers">As they arrived; null where the field is absent.</param>
    /// <param name="errors">Gets every rule that is broken.</param>
    /// <returns>The tiers; empty where there are errors.</returns>
    public static MeterTier[] Validate(RateType rateType, IReadOnlyList<MeterTierText>? tiers, ICollection<MeterRuleError> errors)
    {
        if (tiers is null || tiers.Count is 0 or > TiersMax)
        {
            errors.Add(new MeterRuleError("tiers", $"must have 1 to {TiersMax} tiers"));
            return [];
        }

        var before = errors.Count;
        var result = new MeterTier[tiers.Count];
        long? previous = null;
        for (var i = 0; i < tiers.Count; i++)
        {
            var start = ReadStart(tiers[i].Start, i, previous, errors);
            previous = start ?? previous;
            result[i] = new MeterTier(start ?? 0, ReadRate(rateType, tiers[i].Rate, i, errors));
        }

        return errors.Count == before ? result : [];
    }

    private static long? ReadStart(string? text, int index, long? previous, ICollection<MeterRuleError> errors)
    {
        var field = $"tiers[{index}].start";
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var start) || start > TierStartMax)
        {
            errors.Add(new MeterRuleError(field, $"must be a whole number from 0 to {TierStartMax}"));
            return null;
        }

        if (index == 0 && start != 0)
        {
            errors.Add(new MeterRuleError(field, "must be 0: the first tier starts with the first unit"));
        }
        else if (start <= previous)
        {
            errors.Add(new MeterRuleError(field, $"must be above {previous}, the start of the tier before"));
        }

        return start;
    }

    private static Money ReadRate(RateType rateType, string? text, int index, ICollection<MeterRuleError> errors)
    {
        var field = $"tiers[{index}].rate";
        if (!Money.TryParse(text, out var rate) || rate < Money.Zero)
        {
            errors.Add(new MeterRuleError(field, "must be a decimal of at most ten decimals, not negative"));
        }
        else if (rateType == RateType.Percentage && rate > PercentageRateMax)
        {
            errors.Add(new MeterRuleError(field, "must be at most 10: a percentage's rate is a fraction, \"0.20\" is 20 %"));
        }
        else if (rateType == RateType.Fixed && rate > FixedRateMax)
        {
            errors.Add(new MeterRuleError(field, "must be at most 1000000"));
        }

        return rate;
    }
}
