using Lava.Core.Accounts;

namespace Lava.Server.Api.Limits;

/// <summary>A hard limit as it was set.</summary>
internal sealed record LimitView(string Unit, LimitAmount Amount, string Cycle)
{
    public static LimitView[] From(UsageLimit[] limits) =>
        [.. limits.Select(limit => new LimitView(
            LimitNames.Of(limit.Unit), new LimitAmount(limit.Unit, limit.Amount), LimitNames.Of(limit.Cycle)))];
}
