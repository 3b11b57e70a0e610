using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>Reads what the overview shows: a few queries of rollups at once, whatever the number of requests.</summary>
internal sealed class OverviewSource(StoreSource reading, TimeProvider time)
{
    /// <summary>Groups that are shown each for itself: as many as there are colours, less one for the others.</summary>
    public const int GroupsMax = 7;

    private const string Others = "Others";

    // Who may be the largest of so many days: out of which windows, and how many of each. Who leads a long time leads one of the longer
    // windows in it, too; and the sums of the largest are nearly a row for each of their calls, all of which are read.
    private static readonly (double DaysMax, LimitCycle Shortest, int Each)[] Candidates =
    [
        (8, LimitCycle.Daily, 20), (32, LimitCycle.Weekly, 12), (double.MaxValue, LimitCycle.Monthly, 8),
    ];

    private readonly TotalsStore _totals = new(reading);
    private readonly CustomerWindowStore _windows = new(reading);
    private readonly AttentionStore _attention = new(reading);

    /// <summary>What the merchant should look at.</summary>
    public AttentionStore Attention => _attention;

    /// <summary>Has the merchant ever called?</summary>
    public Task<bool> HasAnyAsync(Guid merchantId, CancellationToken cancellationToken) =>
        _totals.HasAnyAsync(merchantId, cancellationToken);

    /// <summary>What people call the customer and the meter that an address names.</summary>
    public Task<IReadOnlyDictionary<Guid, string>> NamesAsync(OverviewQuery query, CancellationToken cancellationToken) =>
        _totals.NamesAsync(
            query.MerchantId, [.. new[] { query.CustomerId, query.MeterId }.OfType<Guid>()], cancellationToken);

    /// <summary>All points of all plots.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<PlotSeries> ReadAsync(OverviewQuery query, string zone, CancellationToken cancellationToken)
    {
        var range = query.Range;
        var asOf = time.GetUtcNow();
        var refusals = RefusalsAsync(query, [range.Before, .. range.Edges], cancellationToken);
        var earlier = AllAsync(query, [range.Before, range.From], cancellationToken);
        var (groups, totals) = await SumsAsync(query, null, range.Edges, cancellationToken);
        var (total, before) = (PlotGroup.Of("All", range.Count, totals), PlotGroup.Of("Before", 1, await earlier));
        var found = PlotSeries.GroupsOf(groups, range.Count, await LabelsAsync(query, groups, cancellationToken));
        if (IsOfLargest(query) && PlotGroup.Rest(total, found, Others) is { } rest)
        {
            found.Add(rest);
        }

        return new PlotSeries
        {
            Range = range,
            Zone = zone,
            AsOf = asOf,
            Total = total,
            Before = before,
            Groups =
            [
                .. found.OrderBy(group => group.Key is null).ThenByDescending(group => OverviewBreakdown.Measure(group, query.Measure)),
            ],
            Blocked = ByCode(await refusals, range.Count, 1),
            BlockedBefore = (await refusals).Where(sum => sum.Bucket == 0).Sum(sum => sum.Calls),
        };
    }

    /// <summary>
    /// The last points again, of the groups that a page shows; null where it must be read anew: another group has come.
    /// </summary>
    /// <param name="query">As the page asked.</param>
    /// <param name="shown">What it has.</param>
    /// <param name="from">The first point that may have changed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<PlotSeries?> ReadAgainAsync(
        OverviewQuery query, PlotSeries shown, int from, CancellationToken cancellationToken)
    {
        var count = query.Range.Count;
        DateTimeOffset[] edges = [.. query.Range.Edges.Skip(from)];
        var asOf = time.GetUtcNow();
        var refusals = RefusalsAsync(query, edges, cancellationToken);
        var (sums, totals) = await SumsAsync(query, shown.Groups, edges, cancellationToken);
        var total = PlotGroup.Of("All", count, totals, -from);
        var groups = shown.Groups.Select(group => new PlotGroup(group.Key, group.Label, count)).ToList();
        var isSame = true;
        foreach (var sum in sums)
        {
            var group = groups.Find(one => one.Key == sum.Key) ?? groups.Find(one => one.Key is null);
            group?.Add(sum, -from);
            isSame &= group is not null;
        }

        if (IsOfLargest(query) && PlotGroup.Rest(total, groups, Others) is { } rest)
        {
            var place = groups.FindIndex(group => group.Key is null);
            isSame &= place >= 0;
            groups = place < 0 ? groups : [.. groups[..place], rest];
        }

        return !isSame || (groups.Count == 0 && total.Requests.Any(requests => requests > 0)) ? null : new PlotSeries
        {
            Range = query.Range,
            Zone = shown.Zone,
            AsOf = asOf,
            Total = total,
            Before = shown.Before,
            Groups = groups,
            Blocked = ByCode(await refusals, count, -from),
            BlockedBefore = shown.BlockedBefore,
        };
    }

    private static Dictionary<string, long[]> ByCode(IEnumerable<RefusalSum> sums, int points, int shift)
    {
        var codes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var sum in sums.Where(sum => sum.Bucket >= shift))
        {
            if (!codes.TryGetValue(sum.Code, out var calls))
            {
                codes.Add(sum.Code, calls = new long[points]);
            }

            calls[sum.Bucket - shift] += sum.Calls;
        }

        return codes;
    }

    private static LimitUnit UnitOf(TotalsMeasure measure) => measure switch
    {
        TotalsMeasure.Requests or TotalsMeasure.Errors => LimitUnit.Requests,
        TotalsMeasure.Tokens => LimitUnit.Tokens,
        _ => LimitUnit.Spend,
    };

    // A refused call has no model and no meter.
    private Task<List<RefusalSum>> RefusalsAsync(
        OverviewQuery query, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken) =>
        query.Model is null && query.MeterId is null && query.Provider is null
            ? _totals.RefusalsAsync(query.MerchantId, query.Filter.Customers, edges, cancellationToken)
            : Task.FromResult<List<RefusalSum>>([]);

    // Are the largest of the customers shown? Only they are summed: the sums of all of them are as many as there are requests.
    private static bool IsOfLargest(OverviewQuery query) => query.By == TotalsGrouping.Customer && query.CustomerId is null;

    // All are the groups together. Where the others are what is left, all is read after them: what they were must be in it.
    private async Task<(List<TotalsSum> Groups, List<TotalsSum> All)> SumsAsync(
        OverviewQuery query, IReadOnlyList<PlotGroup>? shown, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken)
    {
        var groups = await GroupsAsync(query, shown, edges, cancellationToken);
        return (groups, IsOfLargest(query) ? await AllAsync(query, edges, cancellationToken) : groups);
    }

    private Task<List<TotalsSum>> AllAsync(
        OverviewQuery query, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken) =>
        _totals.SumAsync(query.Filter, edges, TotalsGrouping.None, query.Measure, 1, cancellationToken);

    private async Task<List<TotalsSum>> GroupsAsync(
        OverviewQuery query, IReadOnlyList<PlotGroup>? shown, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken)
    {
        // The groups of a page stay, though others may lead by the last points alone.
        const int All = 1_000;
        var groups = shown is null ? GroupsMax : All;
        if (!IsOfLargest(query))
        {
            return await _totals.SumAsync(query.Filter, edges, query.By, query.Measure, groups, cancellationToken);
        }

        IReadOnlyList<Guid> customers = shown is null
            ? await CandidatesAsync(query, cancellationToken)
            : [.. shown.Where(group => group.Key is not null).Select(group => Guid.Parse(group.Key!))];
        if (customers.Count == 0)
        {
            return [];
        }

        var sums = await _totals.SumAsync(
            query.Filter with { Customers = customers }, edges, query.By, query.Measure, groups, cancellationToken);
        return [.. sums.Where(sum => sum.Key is not null)];
    }

    private Task<List<Guid>> CandidatesAsync(OverviewQuery query, CancellationToken cancellationToken)
    {
        var from = DateOnly.FromDateTime(query.Range.From.UtcDateTime);
        var days = (query.Range.Until - query.Range.From).TotalDays;
        var (_, shortest, each) = Candidates.First(one => days <= one.DaysMax);
        return _windows.LargestAsync(query.MerchantId, UnitOf(query.Measure), shortest, from, each, cancellationToken);
    }

    private async Task<Func<string?, string>> LabelsAsync(
        OverviewQuery query, IReadOnlyList<TotalsSum> sums, CancellationToken cancellationToken)
    {
        if (query.By is TotalsGrouping.Model or TotalsGrouping.Provider)
        {
            var none = query.By == TotalsGrouping.Model ? "No model" : "No provider";
            return key => key switch { null => Others, "" => none, _ => TextMarkup.Plain(key) };
        }

        var ids = sums.Select(sum => sum.Key).Where(key => !string.IsNullOrEmpty(key)).Distinct().Select(key => Guid.Parse(key!)).ToArray();
        var names = await _totals.NamesAsync(query.MerchantId, ids, cancellationToken);
        return key => key switch
        {
            null => Others,
            "" => "No meter",
            _ => names.GetValueOrDefault(Guid.Parse(key)) is { } name
                ? TextMarkup.Plain(name)
                : Ids.Format(query.By == TotalsGrouping.Customer ? IdPrefix.Customer : IdPrefix.Meter, query.IsTest, Guid.Parse(key)),
        };
    }
}
