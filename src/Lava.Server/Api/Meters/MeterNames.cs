using Lava.Metering.Pricing;

namespace Lava.Server.Api.Meters;

/// <summary>The words of the API for a meter's choices, both ways.</summary>
internal static class MeterNames
{
    public static readonly IReadOnlyDictionary<string, RateType> RateTypes = new Dictionary<string, RateType>
    {
        ["fixed"] = RateType.Fixed,
        ["percentage"] = RateType.Percentage,
    };

    public static readonly IReadOnlyDictionary<string, TierType> TierTypes = new Dictionary<string, TierType>
    {
        ["tokens_1m"] = TierType.Tokens1M,
        ["characters_1m"] = TierType.Characters1M,
        ["minutes"] = TierType.Minutes,
        ["requests"] = TierType.Requests,
    };

    public static readonly IReadOnlyDictionary<string, TokenBasis> TokenBases = new Dictionary<string, TokenBasis>
    {
        ["input+output"] = TokenBasis.InputAndOutput,
        ["output"] = TokenBasis.Output,
    };

    public static readonly IReadOnlyDictionary<string, BaseCostPayer> BaseCostPayers = new Dictionary<string, BaseCostPayer>
    {
        ["merchant"] = BaseCostPayer.Merchant,
        ["wallet"] = BaseCostPayer.Wallet,
    };

    public static string NameOf<T>(this IReadOnlyDictionary<string, T> names, T value)
        where T : struct => names.First(name => EqualityComparer<T>.Default.Equals(name.Value, value)).Key;
}
