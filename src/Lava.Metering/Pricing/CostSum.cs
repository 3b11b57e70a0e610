using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// What a call costs in millionths of <see cref="Money"/>'s unit, before it is rounded: exact, so that parts can be added. Neither
/// products nor sums leave 128 bits as long as no count is beyond <see cref="Usage.MaxCount"/>, whatever the prices.
/// </summary>
/// <param name="Input">Of what went in.</param>
/// <param name="Output">Of what came out, searches and fees.</param>
internal readonly record struct CostSum(Int128 Input, Int128 Output)
{
    private static readonly Int128 Max = (Int128)long.MaxValue * Rate.Million;

    public static CostSum operator +(in CostSum left, in CostSum right) => new(left.Input + right.Input, left.Output + right.Output);

    /// <summary>Rounds up once; false where it is beyond <see cref="Money"/>.</summary>
    public bool TryRound(out ModelCost cost)
    {
        cost = default;
        var sum = Input + Output;
        if (sum > Max)
        {
            return false;
        }

        // The sum is rounded, not the parts: the output bears the difference, at most one unit.
        var total = Rate.RoundUp(sum, Rate.Million);
        var input = Rate.RoundUp(Input, Rate.Million);
        cost = new ModelCost(input, total - input);
        return true;
    }

    /// <summary>A price for a million.</summary>
    public static Int128 PerMillion(Money price, long count) => count <= 0 ? 0 : new Rate(price, Rate.Million).Times(count);

    /// <summary>A price for each; nothing without one.</summary>
    public static Int128 Each(Money? price, long count) =>
        price is { } each && count > 0 ? new Rate(each, 1).Times(count) * Rate.Million : 0;

    /// <summary>A price for a million; nothing without one.</summary>
    public static Int128 PerMillion(Money? price, long count) => price is { } million ? PerMillion(million, count) : 0;
}
