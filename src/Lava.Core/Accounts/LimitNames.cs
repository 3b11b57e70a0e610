using System.Collections.Frozen;

namespace Lava.Core.Accounts;

/// <summary>The words for limits, as callers write and read them.</summary>
public static class LimitNames
{
    private static readonly string[] UnitNames = ["tokens", "requests", "spend"];
    private static readonly string[] CycleNames = ["daily", "weekly", "monthly", "cycle", "total"];
    private static readonly string[] ScopeNames = ["customer", "plan", "spend_key"];

    /// <summary>Units by name.</summary>
    public static IReadOnlyDictionary<string, LimitUnit> Units { get; } = ByName<LimitUnit>(UnitNames);

    /// <summary>Cycles by name.</summary>
    public static IReadOnlyDictionary<string, LimitCycle> Cycles { get; } = ByName<LimitCycle>(CycleNames);

    /// <summary>A unit's name.</summary>
    public static string Of(LimitUnit unit) => UnitNames[(int)unit];

    /// <summary>A cycle's name.</summary>
    public static string Of(LimitCycle cycle) => CycleNames[(int)cycle];

    /// <summary>A scope's name.</summary>
    public static string Of(LimitScope scope) => ScopeNames[(int)scope];

    /// <summary>A limit's name: "customer.tokens.daily".</summary>
    public static string Of(in UsageLimit limit) => $"{Of(limit.Scope)}.{Of(limit.Unit)}.{Of(limit.Cycle)}";

    private static FrozenDictionary<string, T> ByName<T>(string[] names)
        where T : struct, Enum =>
        names.Zip(Enum.GetValues<T>()).ToFrozenDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
}
