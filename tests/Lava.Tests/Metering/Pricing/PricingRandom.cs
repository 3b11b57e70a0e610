using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

/// <summary>Prices, meters and usages at random, the same for the same seed; edges come up often.</summary>
internal sealed class PricingRandom(int seed)
{
    private readonly Random _random = new(seed);

    public long Slack() => _random.Next(3) == 0 ? 0 : _random.NextInt64(100_000);

    public Money Amount(long most) => new(_random.Next(5) == 0 ? 0 : _random.NextInt64(most) >> _random.Next(20));

    public ModelPrice Price() => new()
    {
        Provider = "p",
        Model = "m",
        Input = Rate(),
        Output = Rate(),
        CachedInput = Maybe(),
        CacheWrite = Maybe(),
        CacheWrite1h = Maybe(),
        AudioInput = Maybe(),
        AudioOutput = Maybe(),
        ImageInput = Maybe(),
        ImageOutput = Maybe(),
        Reasoning = Maybe(),
        WebSearch1K = Maybe(),
        LongContextAbove = _random.Next(2) == 0 ? null : _random.NextInt64(200_000),
        LongInput = Maybe(),
        LongOutput = Maybe(),
        LongCachedInput = Maybe(),
        LongCacheWrite = Maybe(),
        LongCacheWrite1h = Maybe(),
    };

    public Usage Usage() => new()
    {
        InputTokens = Count(),
        OutputTokens = Count(),
        CachedInputTokens = Count(),
        CacheWriteInputTokens = Count(),
        CacheWrite1hInputTokens = Count(),
        ReasoningOutputTokens = Count(),
        AudioInputTokens = Count(),
        AudioOutputTokens = Count(),
        ImageInputTokens = Count(),
        ImageOutputTokens = Count(),
        WebSearches = _random.Next(10),
        InputCharacters = Count(),
        OutputCharacters = Count(),
        InputMicroseconds = Count() * 1_000,
        OutputMicroseconds = Count() * 1_000,
    };

    public Meter Meter()
    {
        var type = (TierType)_random.Next(4);
        var tiers = new MeterTier[_random.Next(1, 6)];
        var start = 0L;
        for (var i = 0; i < tiers.Length; i++)
        {
            tiers[i] = new MeterTier(start, Amount(3 * Money.UnitsPerDollar));
            start += 1 + _random.NextInt64(type is TierType.Tokens1M or TierType.Characters1M ? 200_000 : 4);
        }

        return new Meter
        {
            Id = Guid.Empty,
            MerchantId = Guid.Empty,
            Slug = "m",
            RateType = (RateType)_random.Next(2),
            TierType = type,
            TokenBasis = (TokenBasis)_random.Next(2),
            BaseCostPayer = (BaseCostPayer)_random.Next(2),
            Tiers = tiers,
        };
    }

    public long UnitsBefore(Meter meter) => meter.TierType switch
    {
        TierType.Minutes => _random.NextInt64(20) * 30_000_000 * _random.Next(2),
        TierType.Requests => _random.NextInt64(20),
        _ => _random.NextInt64(1_000_000) * _random.Next(2),
    };

    private long Count() => _random.Next(4) == 0 ? 0 : _random.NextInt64(300_000) >> _random.Next(15);

    private Money Rate() => Amount(100 * Money.UnitsPerDollar);

    private Money? Maybe() => _random.Next(2) == 0 ? null : Rate();
}
