using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Statistics;

/// <summary>The sums of a whole report.</summary>
internal sealed record UsageTotals(long TotalRequests, long TotalUsageTokens, Money TotalCost, Money TotalCharge)
    : UsageFigures(TotalRequests, TotalUsageTokens, TotalCost, TotalCharge)
{
    public static UsageTotals Of(IEnumerable<UsageSum> sums) => sums.Aggregate(
        new UsageTotals(0, 0, Money.Zero, Money.Zero),
        (total, sum) => new UsageTotals(
            total.TotalRequests + sum.Requests,
            total.TotalUsageTokens + sum.Tokens,
            total.TotalCost + sum.Cost,
            total.TotalCharge + sum.Charge));
}
