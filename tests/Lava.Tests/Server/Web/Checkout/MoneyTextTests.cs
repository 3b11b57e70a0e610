using Lava.Core;
using Lava.Server.Web.Checkout;

namespace Lava.Tests.Server.Web.Checkout;

public sealed class MoneyTextTests
{
    [Theory]
    [InlineData("25", "$25.00")]
    [InlineData("0.5", "$0.50")]
    [InlineData("1234567.891", "$1,234,567.891")]
    [InlineData("0.0000000001", "$0.0000000001")]
    [InlineData("922337203.6854775807", "$922,337,203.6854775807")]
    [InlineData("-3.1", "−$3.10")]
    public void Of_Amount_IsExact(string amount, string text) => Assert.Equal(text, MoneyText.Of(Money.Parse(amount)));

    [Theory]
    [InlineData("25", "25")]
    [InlineData(" $1,234.5 ", "1234.5")]
    [InlineData("0.01", "0.01")]
    [InlineData("25,50", "25.5")]
    [InlineData("25,5", "25.5")]
    [InlineData("1,000", "1000")]
    [InlineData("1,00,000.25", "100000.25")]
    [InlineData("1.000,50", "1000.5")]
    [InlineData("1 000,50 $", "1000.5")]
    [InlineData("1,2,3", null)]
    [InlineData("1,0000", null)]
    [InlineData("25,", null)]
    [InlineData("1.000", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1.001", null)]
    [InlineData("1e3", null)]
    [InlineData("", null)]
    [InlineData("ten", null)]
    public void Read_Typed_IsWholeCents(string typed, string? amount) =>
        Assert.Equal(amount is null ? null : Money.Parse(amount), MoneyText.Read(typed));

    [Fact]
    public void Day_Time_IsTheDayInUtc() =>
        Assert.Equal("31 May 2026", MoneyText.Day(new DateTimeOffset(2026, 6, 1, 1, 0, 0, TimeSpan.FromHours(2))));
}
