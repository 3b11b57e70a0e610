using Lava.Core;

namespace Lava.Tests.Core;

public sealed class RateTests
{
    [Theory]
    [InlineData("2", Rate.Million, 700, "0.0014")]
    [InlineData("0.15", Rate.Million, 1, "0.0000001500")]
    [InlineData("0.0001", Rate.Million, 1, "0.0000000001")]
    [InlineData("0.00015", Rate.Million, 1, "0.0000000002")]
    [InlineData("0.06", Rate.MicrosecondsPerMinute, 30_000_000, "0.03")]
    [InlineData("0.25", 1, 3, "0.75")]
    [InlineData("5", Rate.Million, 0, "0")]
    public void CostOf_Quantity_IsRoundedUp(string amount, long per, long quantity, string cost) =>
        Assert.Equal(Money.Parse(cost), new Rate(Money.Parse(amount), per).CostOf(quantity));

    [Theory]
    [InlineData(10, 5, 2)]
    [InlineData(11, 5, 3)]
    [InlineData(-11, 5, -2)]
    [InlineData(0, 5, 0)]
    public void RoundUp_Quotient_GoesToTheNextUnit(long numerator, long denominator, long units) =>
        Assert.Equal(units, Rate.RoundUp(numerator, denominator).Units);

    [Fact]
    public void RoundUp_SumOfProducts_IsNeverBelowItsPartsAndAtMostOneUnitAboveTheirFloor()
    {
        // Three thirds of a unit: rounded one by one they would cost three units, rounded once they cost one.
        var third = new Rate(new Money(1), 3);
        Assert.Equal(1, Rate.RoundUp(third.Times(1) + third.Times(1) + third.Times(1), 3).Units);
    }

    [Fact]
    public void CostOf_BeyondMoney_Throws() =>
        Assert.Throws<OverflowException>(() => new Rate(Money.MaxValue, 1).CostOf(2));
}
