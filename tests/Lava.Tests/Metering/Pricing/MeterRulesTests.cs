using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Pricing;

public sealed class MeterRulesTests
{
    [Fact]
    public void Validate_GoodTiers_ReadsThem()
    {
        var errors = new List<MeterRuleError>();
        var tiers = MeterRules.Validate(RateType.Fixed, [new("0", "5"), new("1000000", "0")], errors);
        Assert.Empty(errors);
        Assert.Equal([new MeterTier(0, Money.FromDollars(5)), new MeterTier(1_000_000, Money.Zero)], tiers);
    }

    [Theory]
    [InlineData("1", "1", "tiers[0].start")]
    [InlineData("-1", "1", "tiers[0].start")]
    [InlineData("0.5", "1", "tiers[0].start")]
    [InlineData("", "1", "tiers[0].start")]
    [InlineData(null, "1", "tiers[0].start")]
    [InlineData("100000000001", "1", "tiers[0].start")]
    [InlineData("0", "-1", "tiers[0].rate")]
    [InlineData("0", "1e3", "tiers[0].rate")]
    [InlineData("0", null, "tiers[0].rate")]
    [InlineData("0", "1000000.01", "tiers[0].rate")]
    public void Validate_BadTier_NamesTheField(string? start, string? rate, string field)
    {
        var errors = new List<MeterRuleError>();
        Assert.Empty(MeterRules.Validate(RateType.Fixed, [new(start, rate)], errors));
        Assert.Equal(field, Assert.Single(errors).Field);
    }

    [Fact]
    public void Validate_SeveralMistakes_ReportsAllAtOnce()
    {
        var errors = new List<MeterRuleError>();
        MeterRules.Validate(RateType.Percentage, [new("0", "20"), new("5", "x"), new("y", "0.1"), new("5", "0.1")], errors);
        Assert.Equal(["tiers[0].rate", "tiers[1].rate", "tiers[2].start", "tiers[3].start"], errors.Select(error => error.Field));
        Assert.Contains("fraction", errors[0].Message);
    }

    [Fact]
    public void Validate_CountOfTiers_HasBounds()
    {
        var errors = new List<MeterRuleError>();
        MeterRules.Validate(RateType.Fixed, null, errors);
        MeterRules.Validate(RateType.Fixed, [], errors);
        MeterRules.Validate(RateType.Fixed, Tiers(MeterRules.TiersMax + 1), errors);
        Assert.Equal(["tiers", "tiers", "tiers"], errors.Select(error => error.Field));
        Assert.Equal(MeterRules.TiersMax, MeterRules.Validate(RateType.Fixed, Tiers(MeterRules.TiersMax), errors).Length);

        static MeterTierText[] Tiers(int count) => [.. Enumerable.Range(0, count).Select(i => new MeterTierText($"{i}", "1"))];
    }

    [Fact]
    public void Charge_MinutesAtTheHighestStart_StaysInRange()
    {
        var meter = ChargeCalculatorTests.NewMeter(RateType.Fixed, TierType.Minutes, (0, "1"), (MeterRules.TierStartMax, "2"));
        var charge = ChargeCalculator.Charge(meter, new() { InputMicroseconds = 60_000_000 }, Money.Zero, 0);
        Assert.Equal(Money.FromDollars(1), charge.Amount);
    }

    [Fact]
    public void DefaultBaseCostPayer_RateType_FollowsTheApi()
    {
        Assert.Equal(BaseCostPayer.Wallet, MeterRules.DefaultBaseCostPayer(RateType.Percentage));
        Assert.Equal(BaseCostPayer.Merchant, MeterRules.DefaultBaseCostPayer(RateType.Fixed));
    }
}
