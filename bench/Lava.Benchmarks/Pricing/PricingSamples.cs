using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Pricing;

/// <summary>The call that all pricing benchmarks price: a chat answer with half its prompt from the cache.</summary>
internal static class PricingSamples
{
    public static readonly Usage Usage = new()
    {
        InputTokens = 2_400,
        CachedInputTokens = 1_200,
        OutputTokens = 350,
        ReasoningOutputTokens = 100,
        Certainty = UsageCertainty.Exact,
    };

    public static readonly Usage Transcription = new() { InputMicroseconds = 37_000_000, Certainty = UsageCertainty.Exact };

    public static Meter Meter(RateType rateType, params MeterTier[] tiers) => new()
    {
        Id = Guid.Empty,
        MerchantId = Guid.Empty,
        Slug = "chat",
        RateType = rateType,
        TierType = TierType.Tokens1M,
        BaseCostPayer = MeterRules.DefaultBaseCostPayer(rateType),
        Tiers = tiers,
    };

    public static MeterTier Tier(long start, string rate) => new(start, Money.Parse(rate));
}
