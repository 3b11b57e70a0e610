using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>Where a meter's tiers lie, in the units it counts. A meter has few tiers: a walk beats a search.</summary>
internal static class MeterTiers
{
    /// <summary>The tier in which the unit after so many units falls.</summary>
    public static int IndexAt(Meter meter, long units)
    {
        var index = 0;
        while (index + 1 < meter.Tiers.Length && StartOf(meter, index + 1) <= units)
        {
            index++;
        }

        return index;
    }

    /// <summary>Units before the end of a tier; the last one has none.</summary>
    public static long EndOf(Meter meter, int index) => index + 1 < meter.Tiers.Length ? StartOf(meter, index + 1) : long.MaxValue;

    /// <summary>The highest rate of the tiers that are not behind yet.</summary>
    public static Money DearestFrom(Meter meter, long units)
    {
        var dearest = Money.Zero;
        for (var i = IndexAt(meter, units); i < meter.Tiers.Length; i++)
        {
            dearest = Money.Max(dearest, meter.Tiers[i].Rate);
        }

        return dearest;
    }

    // Minutes are counted in microseconds. A start that no count reaches is as good as none.
    private static long StartOf(Meter meter, int index)
    {
        var start = meter.Tiers[index].Start;
        if (meter.TierType != TierType.Minutes)
        {
            return start;
        }

        return start > long.MaxValue / Rate.MicrosecondsPerMinute ? long.MaxValue : start * Rate.MicrosecondsPerMinute;
    }
}
