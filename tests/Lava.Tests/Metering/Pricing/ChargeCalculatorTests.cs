using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class ChargeCalculatorTests
{
    private static readonly Usage SevenHundred = new() { InputTokens = 500, OutputTokens = 200 };

    [Fact]
    public void Charge_FixedPerMillion_CountsInputAndOutput()
    {
        var charge = ChargeCalculator.Charge(NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "2")), SevenHundred, Money.Parse("9"), 0);
        Assert.Equal((Money.Parse("0.0014"), 700), (charge.Amount, charge.Units));
        Assert.Equal([new ChargeSlice(0, Money.Parse("2"), 700, Money.Parse("0.0014"))], charge.Slices);
    }

    [Fact]
    public void Charge_OutputBasis_CountsOutputAlone()
    {
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "2")) with { TokenBasis = TokenBasis.Output };
        var charge = ChargeCalculator.Charge(meter, SevenHundred, Money.Zero, 0);
        Assert.Equal((Money.Parse("0.0004"), 200), (charge.Amount, charge.Units));
    }

    [Fact]
    public void Charge_FixedAndWalletBearsTheCost_AddsIt()
    {
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "2")) with { BaseCostPayer = BaseCostPayer.Wallet };
        var charge = ChargeCalculator.Charge(meter, SevenHundred, Money.Parse("0.0581"), 0);
        Assert.Equal(Money.Parse("0.0595"), charge.Amount);
        Assert.Equal(charge.Amount, Assert.Single(charge.Slices).Cost);
    }

    [Theory]
    [InlineData(BaseCostPayer.Wallet, "0.06972")]
    [InlineData(BaseCostPayer.Merchant, "0.01162")]
    public void Charge_Percentage_IsAFractionOfTheCost(BaseCostPayer payer, string amount)
    {
        var meter = NewMeter(RateType.Percentage, TierType.Tokens1M, (0, "0.20")) with { BaseCostPayer = payer };
        Assert.Equal(Money.Parse(amount), ChargeCalculator.Charge(meter, SevenHundred, Money.Parse("0.0581"), 0).Amount);
    }

    [Fact]
    public void Charge_GraduatedTiers_PriceEachUnitInItsOwn()
    {
        // The published example: the first million at 5, the next four at 3.
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "5"), (1_000_000, "3"), (5_000_000, "1"));
        var charge = ChargeCalculator.Charge(meter, new Usage { InputTokens = 5_000_000 }, Money.Zero, 0);
        Assert.Equal(Money.FromDollars(17), charge.Amount);
        Assert.Equal(
            [
                new ChargeSlice(0, Money.FromDollars(5), 1_000_000, Money.FromDollars(5)),
                new ChargeSlice(1_000_000, Money.FromDollars(3), 4_000_000, Money.FromDollars(12)),
            ],
            charge.Slices);
    }

    [Theory]
    [InlineData(0, 1, "5")]
    [InlineData(999_999, 1, "5")]
    [InlineData(1_000_000, 1, "3")]
    [InlineData(4_999_999, 1, "3")]
    [InlineData(5_000_000, 1, "1")]
    [InlineData(9_000_000_000, 1, "1")]
    public void Charge_UnitsBefore_PicksTheTier(long before, long tokens, string rate)
    {
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "5"), (1_000_000, "3"), (5_000_000, "1"));
        var slice = Assert.Single(ChargeCalculator.Charge(meter, new Usage { InputTokens = tokens }, Money.Zero, before).Slices);
        Assert.Equal(Money.Parse(rate), slice.TierRate);
    }

    [Fact]
    public void Charge_Minutes_AreMicrosecondsWithStartsInMinutes()
    {
        // 90 seconds from 9:30 on: half a minute at 0.60, one minute at 0.30.
        var meter = NewMeter(RateType.Fixed, TierType.Minutes, (0, "0.60"), (10, "0.30"));
        var usage = new Usage { InputMicroseconds = 60_000_000, OutputMicroseconds = 30_000_000 };
        var charge = ChargeCalculator.Charge(meter, usage, Money.Zero, 570_000_000);
        Assert.Equal((Money.Parse("0.60"), 90_000_000), (charge.Amount, charge.Units));
        Assert.Equal([30_000_000, 60_000_000], charge.Slices.Select(slice => slice.Quantity));
        Assert.Equal([0, 10], charge.Slices.Select(slice => slice.TierStart));
    }

    [Fact]
    public void Charge_CharactersAndRequests_CountTheirUnits()
    {
        var usage = new Usage { InputCharacters = 1_000, OutputCharacters = 500, InputTokens = 9 };
        var characters = ChargeCalculator.Charge(NewMeter(RateType.Fixed, TierType.Characters1M, (0, "10")), usage, Money.Zero, 0);
        var perRequest = NewMeter(RateType.Fixed, TierType.Requests, (0, "0.01"), (100, "0.005"));
        var requests = ChargeCalculator.Charge(perRequest, usage, Money.Zero, 100);
        Assert.Equal((Money.Parse("0.015"), 1_500), (characters.Amount, characters.Units));
        Assert.Equal((Money.Parse("0.005"), 1), (requests.Amount, requests.Units));
    }

    [Fact]
    public void Charge_PercentageOverTiers_SplitsTheCostByUnits()
    {
        // 300 of 400 units at 20 %, 100 at 10 %, of a cost of 0.04: 0.03 × 1.2 + 0.01 × 1.1.
        var meter = NewMeter(RateType.Percentage, TierType.Tokens1M, (0, "0.20"), (1_000, "0.10"))
            with
        { BaseCostPayer = BaseCostPayer.Wallet };
        var charge = ChargeCalculator.Charge(meter, new Usage { InputTokens = 400 }, Money.Parse("0.04"), 700);
        Assert.Equal([Money.Parse("0.036"), Money.Parse("0.011")], charge.Slices.Select(slice => slice.Cost));
        Assert.Equal(Money.Parse("0.047"), charge.Amount);
    }

    [Fact]
    public void Charge_CostWithoutUnits_FallsIntoTheTierWhereTheCustomerStands()
    {
        var meter = NewMeter(RateType.Percentage, TierType.Tokens1M, (0, "0.20"), (1_000, "0.10"));
        var charge = ChargeCalculator.Charge(meter, default, Money.Parse("0.04"), 1_000);
        Assert.Equal([new ChargeSlice(1_000, Money.Parse("0.10"), 0, Money.Parse("0.004"))], charge.Slices);
    }

    [Fact]
    public void Charge_NothingUsed_HasNoSlices()
    {
        var charge = ChargeCalculator.Charge(NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "5")), default, Money.Parse("0.04"), 3);
        Assert.Equal((Money.Zero, 0, 0), (charge.Amount, charge.Units, charge.Slices.Length));
    }

    [Fact]
    public void Charge_FractionsOfAUnit_AreRoundedUpOnceAndSlicesSumToIt()
    {
        // 0.4 units in each of three tiers: 1.2 units, so two; the running sums 0.4, 0.8, 1.2 round to 1, 1, 2.
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "0.00004"), (1, "0.00004"), (2, "0.00004"));
        var charge = ChargeCalculator.Charge(meter, new Usage { OutputTokens = 3 }, Money.Zero, 0);
        Assert.Equal([1, 0, 1], charge.Slices.Select(slice => slice.Cost.Units));
        Assert.Equal(2, charge.Amount.Units);
    }

    [Fact]
    public void TryCharge_BeyondMoney_IsFalse()
    {
        var usage = new Usage { InputTokens = Usage.MaxCount, OutputTokens = Usage.MaxCount };
        var dear = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "1000000"));
        var percentage = NewMeter(RateType.Percentage, TierType.Tokens1M, (0, "1")) with { BaseCostPayer = BaseCostPayer.Wallet };
        Assert.False(ChargeCalculator.TryCharge(dear, usage, Money.Zero, 0, out _));
        Assert.False(ChargeCalculator.TryCharge(percentage, usage, Money.MaxValue, 0, out _));
        Assert.False(ChargeCalculator.TryCharge(dear, new Usage { InputTokens = 1 }, Money.Zero, long.MaxValue, out _));
        Assert.Throws<OverflowException>(() => ChargeCalculator.Charge(dear, usage, Money.Zero, 0));
        Assert.Equal(Money.MaxValue, ChargeCalculator.Highest(dear, Money.Zero, Usage.MaxCount, 0, 0, 0));
        Assert.Equal(Money.MaxValue, ChargeCalculator.Highest(percentage, Money.MaxValue, 0, 0, 0, 0));
    }

    [Fact]
    public void Highest_TiersBehind_DoNotCountAndTiersAheadDo()
    {
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "9"), (1_000, "1"), (2_000, "4"));
        Assert.Equal(Money.Parse("0.009"), ChargeCalculator.Highest(meter, Money.Zero, 600, 400, 0, 999));
        Assert.Equal(Money.Parse("0.004"), ChargeCalculator.Highest(meter, Money.Zero, 600, 400, 0, 1_000));
    }

    [Fact]
    public void Charge_AnyMeterAndLaterStart_IsAtMostTheHighestAndSlicesSum()
    {
        var random = new PricingRandom(23);
        for (var i = 0; i < 20_000; i++)
        {
            var meter = random.Meter();
            var usage = random.Usage();
            var cost = random.Amount(10 * Money.UnitsPerDollar);
            var before = random.UnitsBefore(meter);
            var charge = ChargeCalculator.Charge(meter, usage, cost, before + random.UnitsBefore(meter));
            var other = ChargeCalculator.Units(meter, usage) + random.Slack();
            var highest = ChargeCalculator.Highest(
                meter, cost + new Money(random.Slack()), usage.InputTokens + random.Slack(), usage.OutputTokens + random.Slack(),
                other, before);
            Assert.True(charge.Amount <= highest, $"case {i}: {charge.Amount} > {highest}");
            Assert.Equal(charge.Amount.Units, charge.Slices.Sum(slice => slice.Cost.Units));
            Assert.Equal(charge.Units, charge.Slices.Sum(slice => slice.Quantity));
            Assert.All(charge.Slices, slice => Assert.True(slice.Cost >= Money.Zero));
        }
    }

    [Fact]
    public void Charge_OneTier_AllocatesItsSliceAlone()
    {
        var meter = NewMeter(RateType.Fixed, TierType.Tokens1M, (0, "2"));
        var least = Allocations.Least(() =>
        {
            _ = ChargeCalculator.Charge(meter, SevenHundred, Money.Zero, 0);
            _ = ChargeCalculator.Highest(meter, Money.Zero, 1, 1, 0, 0);
        });
        Assert.InRange(least, 1, 64);
    }

    internal static Meter NewMeter(RateType rateType, TierType tierType, params (long Start, string Rate)[] tiers) => new()
    {
        Id = Ids.New(TimeProvider.System),
        MerchantId = Ids.New(TimeProvider.System),
        Slug = "chat",
        RateType = rateType,
        TierType = tierType,
        BaseCostPayer = BaseCostPayer.Merchant,
        Tiers = [.. tiers.Select(tier => new MeterTier(tier.Start, Money.Parse(tier.Rate)))],
    };
}
