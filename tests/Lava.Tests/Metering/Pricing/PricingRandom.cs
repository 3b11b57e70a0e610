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
        CachedAudioInput = Maybe(),
        Image = Maybe(),
        InputCharacters = Maybe(),
        OutputCharacters = Maybe(),
        InputSecond = Maybe(),
        OutputSecond = Maybe(),
        Page = Maybe(),
        Request = Maybe(),
        ProviderUnit = Maybe(),
        MinInputMicroseconds = _random.Next(2) * 10_000_000,
    };

    /// <summary>A row of a book, with prices of tiers and a region, dearer and cheaper ones.</summary>
    public ModelPrice TieredPrice()
    {
        var tiers = Enum.GetValues<ServiceTier>().Where(tier => tier != ServiceTier.Standard && _random.Next(2) == 0);
        var row = Price() with
        {
            Tiers = [.. tiers.Select(tier => new TierPrice(tier, Rate(), Rate(), Maybe()))],
            RegionalFactor = _random.Next(2) == 0 ? null : 10_000 + _random.Next(5_000),
        };
        return PriceBook.Create(1, [row]).TryFind("p", "m"u8, out var price) ? price : throw new InvalidOperationException();
    }

    public ServiceTier Tier() => (ServiceTier)_random.Next(5);

    public bool Coin() => _random.Next(2) == 0;

    /// <summary>Bounds of a usage, some of them tight.</summary>
    public CallBounds Bounds(in Usage usage) => new(
        usage.InputTokens + Slack(),
        usage.OutputTokens + Slack(),
        Modalities.Audio | Modalities.Image,
        usage.WebSearches,
        OtherUnits: Slack(),
        Images: usage.Images + Slack(),
        InputCharacters: usage.InputCharacters + Slack(),
        OutputCharacters: usage.OutputCharacters + Slack(),
        InputMicroseconds: usage.InputMicroseconds + Slack(),
        OutputMicroseconds: usage.OutputMicroseconds + Slack(),
        Pages: usage.Pages + Slack(),
        ProviderMicrounits: usage.ProviderMicrounits + Slack());

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
        CachedAudioInputTokens = Count(),
        Images = _random.Next(4),
        Pages = _random.Next(4),
        ProviderMicrounits = _random.Next(3) * Count(),
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
