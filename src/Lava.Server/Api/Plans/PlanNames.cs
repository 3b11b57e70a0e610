using Lava.Billing.Plans;
using Lava.Core.Accounts;

namespace Lava.Server.Api.Plans;

/// <summary>The words of the API for a plan's choices, both ways.</summary>
internal static class PlanNames
{
    public static readonly IReadOnlyDictionary<string, BillingInterval> Intervals = new Dictionary<string, BillingInterval>
    {
        ["day"] = BillingInterval.Day,
        ["week"] = BillingInterval.Week,
        ["month"] = BillingInterval.Month,
        ["year"] = BillingInterval.Year,
    };

    public static readonly IReadOnlyDictionary<string, Rollover> Rollovers = new Dictionary<string, Rollover>
    {
        ["none"] = Rollover.None,
        ["full"] = Rollover.Full,
    };

    public static readonly IReadOnlyDictionary<string, OverageMode> Overages = new Dictionary<string, OverageMode>
    {
        ["block"] = OverageMode.Block,
        ["auto_charge"] = OverageMode.AutoCharge,
        ["auto_top_up"] = OverageMode.AutoTopUp,
    };
}
