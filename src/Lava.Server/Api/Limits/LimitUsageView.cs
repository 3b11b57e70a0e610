using Lava.Core.Accounts;

namespace Lava.Server.Api.Limits;

/// <summary>A hard limit that holds for a customer, and what is used of it; calls that run count with the most that they can use.</summary>
internal sealed record LimitUsageView(
    string Unit, LimitAmount Amount, string Cycle, LimitAmount Used, string Scope, DateTimeOffset? ResetsAt)
{
    public static LimitUsageView From(in UsageLimit limit, long used, DateTimeOffset? resetsAt) => new(
        LimitNames.Of(limit.Unit),
        new LimitAmount(limit.Unit, limit.Amount),
        LimitNames.Of(limit.Cycle),
        new LimitAmount(limit.Unit, used),
        LimitNames.Of(limit.Scope),
        resetsAt);
}
