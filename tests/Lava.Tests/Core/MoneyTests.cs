using System.Text;
using Lava.Core;

namespace Lava.Tests.Core;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("49", 490_000_000_000)]
    [InlineData("0.25", 2_500_000_000)]
    [InlineData("-1.5", -15_000_000_000)]
    [InlineData("0.0000000001", 1)]
    [InlineData("0.0581000000", 581_000_000)]
    [InlineData("007", 70_000_000_000)]
    [InlineData("922337203.6854775807", long.MaxValue)]
    [InlineData("-922337203.6854775807", -long.MaxValue)]
    public void TryParse_PlainDecimal_IsExact(string text, long units)
    {
        Assert.True(Money.TryParse(text, out var value));
        Assert.Equal(units, value.Units);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("+5")]
    [InlineData("--5")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.2.3")]
    [InlineData("0.00000000001")]
    [InlineData("1000000000")]
    [InlineData("922337203.6854775808")]
    [InlineData("٣")]
    [InlineData("NaN")]
    public void TryParse_AnythingElse_IsFalse(string text)
    {
        Assert.False(Money.TryParse(text, out var value));
        Assert.Equal(Money.Zero, value);
    }

    [Fact]
    public void Parse_NotAnAmount_NamesTheText() =>
        Assert.Contains("1e3", Assert.Throws<FormatException>(() => Money.Parse("1e3")).Message);

    [Theory]
    [InlineData(0, "0.0000000000")]
    [InlineData(581_000_000, "0.0581000000")]
    [InlineData(-1, "-0.0000000001")]
    [InlineData(long.MaxValue, "922337203.6854775807")]
    [InlineData(long.MinValue, "-922337203.6854775808")]
    public void ToString_Always_HasTenDecimals(long units, string text)
    {
        Span<byte> utf8 = stackalloc byte[Money.MaxLength];
        Assert.Equal(text, new Money(units).ToString());
        Assert.Equal(text, Encoding.UTF8.GetString(utf8[..new Money(units).FormatUtf8(utf8)]));
    }

    [Fact]
    public void TryParse_OwnText_RoundTrips()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var value = new Money(random.NextInt64(-long.MaxValue, long.MaxValue) >> random.Next(63));
            Assert.Equal(value, Money.Parse(value.ToString()));
        }
    }

    [Fact]
    public void Arithmetic_BeyondRange_Throws()
    {
        Assert.Throws<OverflowException>(() => Money.MaxValue + new Money(1));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue) - new Money(1));
        Assert.Throws<OverflowException>(() => -new Money(long.MinValue));
        Assert.Throws<OverflowException>(() => Money.FromDollars(922_337_204));
    }

    [Fact]
    public void MinAndMax_TwoAmounts_PickByValue()
    {
        Assert.Equal(new Money(-2), Money.Min(new Money(1), new Money(-2)));
        Assert.Equal(new Money(1), Money.Max(new Money(1), new Money(-2)));
    }
}
