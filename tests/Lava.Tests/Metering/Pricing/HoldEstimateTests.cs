using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class HoldEstimateTests
{
    private static readonly ModelPrice Priced = new() { Provider = "p", Model = "m", Input = Money.Parse("1"), Output = Money.Parse("10") };

    [Fact]
    public void Highest_WithoutMeter_IsTheCost() =>
        Assert.Equal(Money.Parse("0.011"), HoldEstimate.Highest(Priced, null, new CallBounds(1_000, 1_000), 0));

    [Fact]
    public void Highest_WithoutPrice_IsTheFee()
    {
        var meter = ChargeCalculatorTests.NewMeter(RateType.Fixed, TierType.Requests, (0, "0.25"));
        Assert.Equal(Money.Parse("0.25"), HoldEstimate.Highest(null, meter, default, 0));
    }

    [Theory]
    [InlineData("0.0009", false, 0)]
    [InlineData("0.001", true, 0)]
    [InlineData("0.0010099999", true, 0)]
    [InlineData("0.00101", true, 1)]
    [InlineData("0.006", true, 500)]
    [InlineData("0.011", true, 1_000)]
    [InlineData("100", true, 1_000)]
    public void TryLargestOutput_Amount_BuysAsMuch(string amount, bool covers, long output)
    {
        var bounds = new CallBounds(1_000, 1_000);
        Assert.Equal(covers, HoldEstimate.TryLargestOutput(Money.Parse(amount), Priced, null, bounds, 0, out var tokens));
        Assert.Equal(output, tokens);
    }

    [Fact]
    public void TryLargestOutput_AnyMeter_FitsAndOneMoreWouldNot()
    {
        var random = new PricingRandom(31);
        for (var i = 0; i < 3_000; i++)
        {
            var (price, meter, amount) = (random.Price(), random.Meter(), random.Amount(2 * Money.UnitsPerDollar));
            var bounds = new CallBounds(random.Slack(), random.Slack(), Modalities.Audio, 2, random.Slack());
            if (!HoldEstimate.TryLargestOutput(amount, price, meter, bounds, 5, out var tokens))
            {
                Assert.True(HoldEstimate.Highest(price, meter, bounds with { OutputTokens = 0 }, 5) > amount, $"case {i}");
                continue;
            }

            Assert.True(HoldEstimate.Highest(price, meter, bounds with { OutputTokens = tokens }, 5) <= amount, $"case {i}");
            var more = HoldEstimate.Highest(price, meter, bounds with { OutputTokens = tokens + 1 }, 5);
            Assert.True(tokens == bounds.OutputTokens || more > amount, $"case {i}");
        }
    }

    [Fact]
    public void Highest_TierAskedFor_HoldsTheDearerOfBoth()
    {
        var row = Priced with
        {
            Tiers =
            [
                new TierPrice(ServiceTier.Priority, Money.Parse("2"), Money.Parse("20")),
                new TierPrice(ServiceTier.Flex, Money.Parse("0.5"), Money.Parse("5")),
            ],
        };
        Assert.True(PriceBook.Create(1, [row]).TryFind("p", "m"u8, out var price));
        Money Held(ServiceTier? tier) => HoldEstimate.Highest(price, null, new CallBounds(1_000, 1_000, ServiceTier: tier), 0);
        Assert.Equal(Money.Parse("0.011"), Held(null));
        Assert.Equal(Money.Parse("0.022"), Held(ServiceTier.Priority));
        Assert.Equal(Money.Parse("0.011"), Held(ServiceTier.Flex));
        Assert.Equal(Money.Parse("0.011"), Held(ServiceTier.Fast));
    }

    [Fact]
    public void Highest_ModelWithARegionalPrice_HoldsIt()
    {
        Assert.True(PriceBook.Create(1, [Priced with { RegionalFactor = 11_000 }]).TryFind("p", "m"u8, out var price));
        Assert.Equal(Money.Parse("0.0121"), HoldEstimate.Highest(price, null, new CallBounds(1_000, 1_000), 0));
    }

    [Fact]
    public void Highest_AnyTierServedOfThoseThatMayBe_BoundsTheCost()
    {
        var random = new PricingRandom(37);
        for (var i = 0; i < 20_000; i++)
        {
            var (price, usage, asked) = (random.TieredPrice(), random.Usage(), random.Tier());
            var served = random.Coin() ? asked : ServiceTier.Standard;
            var highest = HoldEstimate.Highest(price, null, random.Bounds(usage) with { ServiceTier = asked }, 0);
            Assert.True(CallCost.TryCost(usage, price, served, random.Coin(), [], PriceBook.Empty, out var cost), $"case {i}");
            Assert.True(cost.Total <= highest, $"case {i}: {cost.Total} > {highest}");
        }
    }
}
