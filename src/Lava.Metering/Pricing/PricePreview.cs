using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>What many calls cost a customer who has used nothing of the meter yet.</summary>
public static class PricePreview
{
    /// <summary>Calls in a preview: more than any customer makes in a cycle.</summary>
    public const long RequestsMax = 1_000_000_000;

    /// <summary>
    /// The sum of the charges of equal calls, one after the other, each charged as <see cref="ChargeCalculator"/> charges it: to the last
    /// digit, in at most two steps for each tier, however many calls there are.
    /// </summary>
    /// <param name="meter">The meter.</param>
    /// <param name="usage">What each call uses.</param>
    /// <param name="cost">What the provider asks for each; not negative.</param>
    /// <param name="requests">How many calls.</param>
    /// <param name="sum">What the customer pays for all of them.</param>
    /// <returns>False where it is beyond <see cref="Money"/>.</returns>
    public static bool TryCharge(Meter meter, in Usage usage, Money cost, long requests, out Money sum)
    {
        sum = default;
        var units = ChargeCalculator.Units(meter, usage);
        var total = Int128.Zero;
        long position = 0;
        for (var left = requests; left > 0;)
        {
            if (!ChargeCalculator.TryCharge(meter, usage, cost, position, out var charge))
            {
                return false;
            }

            // Calls that lie within one tier are charged alike; one that reaches beyond it is charged by itself.
            var count = Math.Max(1, Within(meter, position, units, left));
            total += (Int128)charge.Amount.Units * count;
            left -= count;
            position += left == 0 ? 0 : count * units;
        }

        if (total > long.MaxValue)
        {
            return false;
        }

        sum = new Money((long)total);
        return true;
    }

    private static long Within(Meter meter, long position, long units, long most)
    {
        var end = MeterTiers.EndOf(meter, MeterTiers.IndexAt(meter, position));
        return units == 0 || end == long.MaxValue ? most : Math.Min(most, (end - position) / units);
    }
}
