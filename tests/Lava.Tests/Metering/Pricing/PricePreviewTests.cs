using FsCheck;
using FsCheck.Fluent;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class PricePreviewTests
{
    private const int Runs = 400;

    private static readonly Usage SevenHundred = new() { InputTokens = 500, OutputTokens = 200 };

    [Fact]
    public void TryCharge_Random_IsTheSumOfThatManyCharges()
    {
        var calls = from seed in Gen.Choose(0, int.MaxValue)
                    from requests in Gen.Choose(0, 300)
                    select (seed, requests);
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Arb.From(calls), one =>
        {
            var random = new PricingRandom(one.seed);
            var (meter, usage, cost) = (random.Meter(), random.Usage(), random.Amount(Money.UnitsPerDollar));
            Assert.True(PricePreview.TryCharge(meter, usage, cost, one.requests, out var sum));
            Assert.Equal(OneByOne(meter, usage, cost, one.requests), sum);
        }));
    }

    [Theory]
    [InlineData(TierType.Requests, "0.02", 1, "0.02")]
    [InlineData(TierType.Requests, "0.02", 1_000, "15")]
    [InlineData(TierType.Tokens1M, "2", 1_000, "0.7007")]
    public void TryCharge_ThroughTiers_EachUnitAtItsRate(TierType type, string first, long requests, string expected)
    {
        // From the 500th request, or token, on a cent: a dollar for a million tokens.
        var later = type == TierType.Requests ? "0.01" : "1";
        MeterTier[] tiers = type == TierType.Requests
            ? [new(0, Money.Parse(first)), new(500, Money.Parse(later))]
            : [new(0, Money.Parse(first)), new(700, Money.Parse(later))];
        Assert.True(PricePreview.TryCharge(NewMeter(type, tiers), SevenHundred, Money.Parse("9"), requests, out var sum));
        Assert.Equal(Money.Parse(expected), sum);
    }

    [Fact]
    public void TryCharge_AsManyAsThereMayBe_TakesAStepForEachTier()
    {
        MeterTier[] tiers = [new(0, Money.Parse("0.01")), new(1_000_000, Money.Parse("0.001"))];
        Assert.True(PricePreview.TryCharge(NewMeter(TierType.Requests, tiers), default, Money.Zero, PricePreview.RequestsMax, out var sum));
        Assert.Equal(Money.FromDollars(10_000 + 999_000), sum);
    }

    [Fact]
    public void TryCharge_BeyondMoney_IsRefused()
    {
        MeterTier[] tiers = [new(0, Money.FromDollars(1))];
        Assert.False(PricePreview.TryCharge(NewMeter(TierType.Requests, tiers), default, Money.Zero, PricePreview.RequestsMax, out _));
    }

    private static Money OneByOne(Meter meter, in Usage usage, Money cost, int requests)
    {
        var sum = Money.Zero;
        var position = 0L;
        for (var i = 0; i < requests; i++)
        {
            var charge = ChargeCalculator.Charge(meter, usage, cost, position);
            sum += charge.Amount;
            position += charge.Units;
        }

        return sum;
    }

    private static Meter NewMeter(TierType type, MeterTier[] tiers) => new()
    {
        Id = Guid.Empty,
        MerchantId = Guid.Empty,
        Slug = "m",
        RateType = RateType.Fixed,
        TierType = type,
        BaseCostPayer = BaseCostPayer.Merchant,
        Tiers = tiers,
    };
}
