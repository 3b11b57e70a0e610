using System.Collections.Frozen;
using Lava.Core.Accounts;

namespace Lava.Server.Api.SpendKeys;

/// <summary>The words of spend keys.</summary>
internal static class SpendKeyNames
{
    /// <summary>Is it paused?</summary>
    public static readonly FrozenDictionary<string, bool> Statuses = new Dictionary<string, bool>
    {
        ["active"] = false,
        ["paused"] = true,
    }.ToFrozenDictionary();

    /// <summary>Shapes.</summary>
    public static readonly FrozenDictionary<string, RequestShape> Shapes = new Dictionary<string, RequestShape>
    {
        ["openai"] = RequestShape.OpenAi,
        ["anthropic"] = RequestShape.Anthropic,
    }.ToFrozenDictionary();

    /// <summary>Cycles; a spend key has no subscription whose cycle could count.</summary>
    public static readonly FrozenDictionary<string, LimitCycle> Cycles = new Dictionary<string, LimitCycle>
    {
        ["daily"] = LimitCycle.Daily,
        ["weekly"] = LimitCycle.Weekly,
        ["monthly"] = LimitCycle.Monthly,
        ["total"] = LimitCycle.Total,
    }.ToFrozenDictionary();

    /// <summary>The word of a value.</summary>
    public static string Of<T>(FrozenDictionary<string, T> names, T value) =>
        names.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Key;
}
