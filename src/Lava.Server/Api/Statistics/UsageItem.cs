using System.Globalization;
using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Statistics;

/// <summary>One day or hour of a report, and one group where it has groups.</summary>
internal sealed record UsageItem(
    string Date,
    string Start,
    string End,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Group,
    long TotalRequests,
    long TotalUsageTokens,
    Money TotalCost,
    Money TotalCharge)
    : UsageFigures(TotalRequests, TotalUsageTokens, TotalCost, TotalCharge)
{
    /// <summary>A request that has no such thing as the group stands in this one.</summary>
    public const string NoGroup = "none";

    public static UsageItem From(UsageSum sum, TimeSpan offset, bool hourly, UsageGrouping grouping, bool isTest)
    {
        var start = new DateTimeOffset(DateTime.SpecifyKind(sum.Start, DateTimeKind.Unspecified), offset);
        var end = (hourly ? start.AddHours(1) : start.AddDays(1)).AddSeconds(-1);
        return new UsageItem(
            start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Format(start),
            Format(end),
            GroupOf(sum, grouping, isTest),
            sum.Requests,
            sum.Tokens,
            sum.Cost,
            sum.Charge);
    }

    private static string? GroupOf(UsageSum sum, UsageGrouping grouping, bool isTest) => grouping switch
    {
        UsageGrouping.None => null,
        UsageGrouping.Meter when sum.Id is { } id => Ids.Format(IdPrefix.Meter, isTest, id),
        UsageGrouping.Customer when sum.Id is { } id => Ids.Format(IdPrefix.Customer, isTest, id),
        _ => string.IsNullOrEmpty(sum.Text) ? NoGroup : sum.Text,
    };

    private static string Format(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
