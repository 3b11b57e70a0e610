using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Web.Plots;

/// <summary>The sums of one group, a figure for each point.</summary>
/// <param name="key">As the store names it; null: all others together.</param>
/// <param name="label">What people call it.</param>
/// <param name="points">How many points.</param>
internal sealed class PlotGroup(string? key, string label, int points)
{
    public string? Key => key;

    public string Label => label;

    public long[] Requests { get; } = new long[points];

    public long[] Errors { get; } = new long[points];

    public long[] Tokens { get; } = new long[points];

    /// <summary>In units of <see cref="Money"/>.</summary>
    public long[] Cost { get; } = new long[points];

    /// <summary>In units of <see cref="Money"/>.</summary>
    public long[] Charge { get; } = new long[points];

    public Money CostSum => new(Sum(Cost));

    public Money ChargeSum => new(Sum(Charge));

    /// <summary>Takes a sum in.</summary>
    /// <param name="sum">What the store gave.</param>
    /// <param name="shift">How many of its points come before the first one here.</param>
    public void Add(TotalsSum sum, int shift = 0)
    {
        var point = sum.Bucket - shift;
        Requests[point] += sum.Requests;
        Errors[point] += sum.Errors;
        Tokens[point] += sum.Tokens;
        Cost[point] = checked(Cost[point] + sum.Cost.Units);
        Charge[point] = checked(Charge[point] + sum.Charge.Units);
    }

    /// <summary>All points together.</summary>
    /// <exception cref="OverflowException">They don't fit.</exception>
    public static long Sum(long[] points)
    {
        var sum = 0L;
        foreach (var point in points)
        {
            sum = checked(sum + point);
        }

        return sum;
    }
}
