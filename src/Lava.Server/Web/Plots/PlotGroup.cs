using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Web.Plots;

/// <summary>The sums of one group, a figure for each point.</summary>
/// <param name="key">As the store names it; null: all others together.</param>
/// <param name="label">What people call it.</param>
/// <param name="points">How many points.</param>
internal sealed class PlotGroup(string? key, string label, int points)
{
    private static readonly Func<PlotGroup, long[]>[] Measures =
        [group => group.Requests, group => group.Errors, group => group.Tokens, group => group.Cost, group => group.Charge];

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

    /// <summary>All sums together, whatever their groups.</summary>
    /// <param name="label">What people call it.</param>
    /// <param name="points">How many points.</param>
    /// <param name="sums">What the store gave.</param>
    /// <param name="shift">As with <see cref="Add"/>.</param>
    public static PlotGroup Of(string label, int points, IEnumerable<TotalsSum> sums, int shift = 0)
    {
        var all = new PlotGroup("", label, points);
        foreach (var sum in sums)
        {
            all.Add(sum, shift);
        }

        return all;
    }

    /// <summary>What of all usage is in none of the groups; null: nothing. No figure of it is negative, whatever was read first.</summary>
    /// <param name="total">All usage.</param>
    /// <param name="groups">Parts of it.</param>
    /// <param name="label">What people call the rest.</param>
    public static PlotGroup? Rest(PlotGroup total, IReadOnlyList<PlotGroup> groups, string label)
    {
        var rest = new PlotGroup(null, label, total.Requests.Length);
        var isAny = false;
        foreach (var measure in Measures)
        {
            var points = measure(rest);
            for (var i = 0; i < points.Length; i++)
            {
                points[i] = Math.Max(0, measure(total)[i] - groups.Sum(group => measure(group)[i]));
                isAny |= points[i] > 0;
            }
        }

        return isAny ? rest : null;
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
