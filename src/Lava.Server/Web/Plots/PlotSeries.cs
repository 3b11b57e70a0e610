using Lava.Postgres;

namespace Lava.Server.Web.Plots;

/// <summary>
/// What a page's plots show: the sums of all usage, those of the largest groups
/// and those of refused calls, point by point.
/// </summary>
internal sealed class PlotSeries
{
    public required PlotRange Range { get; init; }

    /// <summary>The zone of the edges, as browsers know it.</summary>
    public required string Zone { get; init; }

    /// <summary>When the figures were read.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>All usage.</summary>
    public required PlotGroup Total { get; init; }

    /// <summary>All usage of the same length of time before, as one point.</summary>
    public required PlotGroup Before { get; init; }

    /// <summary>The largest groups, the largest first; the others together come last.</summary>
    public required IReadOnlyList<PlotGroup> Groups { get; init; }

    /// <summary>Refused calls by their error's code.</summary>
    public required IReadOnlyDictionary<string, long[]> Blocked { get; init; }

    /// <summary>Refused calls of the same length of time before.</summary>
    public required long BlockedBefore { get; init; }

    /// <summary>Refused calls of any code, point by point.</summary>
    public long[] BlockedSum()
    {
        var sums = new long[Range.Count];
        foreach (var calls in Blocked.Values)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += calls[i];
            }
        }

        return sums;
    }

    /// <summary>Groups out of sums that come by group and time.</summary>
    /// <param name="sums">The store's.</param>
    /// <param name="points">How many points.</param>
    /// <param name="label">What people call a group; null: all others together.</param>
    public static List<PlotGroup> GroupsOf(IEnumerable<TotalsSum> sums, int points, Func<string?, string> label)
    {
        var groups = new List<PlotGroup>();
        foreach (var sum in sums)
        {
            if (groups.Count == 0 || groups[^1].Key != sum.Key)
            {
                groups.Add(new PlotGroup(sum.Key, label(sum.Key), points));
            }

            groups[^1].Add(sum);
        }

        return groups;
    }
}
