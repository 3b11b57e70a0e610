using System.Text.Json;
using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>Hard limits as a column of JSON: <c>[[unit, cycle, amount], …]</c>, integers; null: none.</summary>
internal static class LimitColumn
{
    /// <summary>Reads the column.</summary>
    public static UsageLimit[] Read(string? json, LimitScope scope)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(limit => new UsageLimit(
            (LimitUnit)limit[0].GetInt16(), (LimitCycle)limit[1].GetInt16(), limit[2].GetInt64(), scope))];
    }

    /// <summary>What the column holds.</summary>
    public static string? Write(IReadOnlyCollection<UsageLimit> limits) => limits.Count == 0
        ? null
        : JsonSerializer.Serialize(limits.Select(limit => new[] { (long)limit.Unit, (long)limit.Cycle, limit.Amount }));

    /// <summary>One for each unit and cycle: the smaller of both.</summary>
    public static UsageLimit[] Merge(UsageLimit[] own, UsageLimit[] plan) => own.Length == 0 ? plan : plan.Length == 0 ? own :
        [.. own.Concat(plan).GroupBy(limit => (limit.Unit, limit.Cycle)).Select(same => same.MinBy(limit => limit.Amount))];
}
