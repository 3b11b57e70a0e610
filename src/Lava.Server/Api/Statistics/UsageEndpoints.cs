using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Requests;

namespace Lava.Server.Api.Statistics;

/// <summary><c>/v1/usage</c>: what was used, by day or hour in the caller's time zone.</summary>
internal sealed class UsageEndpoints(ManagementDependencies dependencies)
{
    /// <summary>The most items of a report: three years of days, or a month of hours with ten groups; a few megabytes of JSON.</summary>
    public const int ItemsMax = 10_000;

    private static readonly IReadOnlyDictionary<string, bool> Intervals = new Dictionary<string, bool> { ["hour"] = true, ["day"] = false };

    private static readonly IReadOnlyDictionary<string, UsageGrouping> Groupings = new Dictionary<string, UsageGrouping>
    {
        ["model"] = UsageGrouping.Model,
        ["provider"] = UsageGrouping.Provider,
        ["meter"] = UsageGrouping.Meter,
        ["customer"] = UsageGrouping.Customer,
    };

    public async Task GetAsync(ApiCall call)
    {
        var query = call.Query;
        var (filter, canMatch) = RequestFilterReader.Read(call, dependencies);
        var grouping = query.Choice("group_by", Groupings) ?? UsageGrouping.None;
        var hourly = query.Choice("interval", Intervals) ?? false;
        if (query.Text("start") is null)
        {
            query.Errors.Add("start", "is required");
        }

        query.Errors.ThrowIfAny();
        await call.CatchUpAsync();

        // The offset of the start is the time zone of the whole report.
        var offset = filter.From!.Value.Offset;
        var sums = canMatch
            ? await dependencies.Stores.Usage.SumAsync(filter, offset, hourly, grouping, ItemsMax + 1, call.Aborted)
            : [];
        if (sums.Count > ItemsMax)
        {
            throw new ApiException(ErrorCode.InvalidParameter, $"The report has more than {ItemsMax} items: ask for a shorter time");
        }

        var items = sums.ConvertAll(sum => UsageItem.From(sum, offset, hourly, grouping, call.Merchant.IsTest));
        await call.OkAsync(new UsageView(items, UsageTotals.Of(sums)));
    }
}
