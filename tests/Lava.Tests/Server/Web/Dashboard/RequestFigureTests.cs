using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Requests;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class RequestFigureTests
{
    [Theory]
    [InlineData(0, "$0.0000000000")]
    [InlineData(1, "$0.0000000000000001")]
    [InlineData(1_050_000, "$0.000000000105")]
    [InlineData(1_000_000, "$0.0000000001")]
    [InlineData(25_000_000_000_000_000, "$2.5000000000")]
    public void Exact_Millionths_LoseNoDigit(long millionths, string expected) => Assert.Equal(expected, FigureText.Exact(millionths));

    [Theory]
    [InlineData(999, "999 µs")]
    [InlineData(1_450, "1.4 ms")]
    [InlineData(9_999, "9.9 ms")]
    [InlineData(412_345, "412 ms")]
    [InlineData(9_999_999, "9,999 ms")]
    [InlineData(12_499_000, "12.4 s")]
    public void Duration_AnyLength_IsInAUnitThatFits(long micros, string expected) => Assert.Equal(expected, FigureText.Duration(micros));

    [Fact]
    public void Price_EveryDigit_IsShown()
    {
        Assert.Equal("$0.15", FigureText.Price(Money.Parse("0.15")));
        Assert.Equal("$1,234.0000000001", FigureText.Price(Money.Parse("1234.0000000001")));
        Assert.Equal("12.5 %", FigureText.Percentage(Money.Parse("0.125")));
        Assert.Equal("0.00000001 %", FigureText.Percentage(new Money(1)));
        Assert.Equal(("1 token", "0 tokens"), (FigureText.Count(1, "tokens"), FigureText.Count(0, "tokens")));
    }

    [Fact]
    public void Words_EveryKindOfLine_HasSome()
    {
        foreach (var kind in Enum.GetValues<CostKind>())
        {
            var line = new CostLine(kind, null, 2_000_000, Money.Parse("1"), Rate.Million);
            Assert.NotEmpty(RequestWords.Kind(kind));
            Assert.Contains(' ', RequestWords.Quantity(line));
            Assert.StartsWith("$1.00 per ", RequestWords.Price(line), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1_000, 200, 50, new long[] { 50, 150, 800 })]
    [InlineData(1_000, 0, 50, new long[] { 50, 950, 0 })]
    [InlineData(1_000, 5_000, 9_000, new long[] { 1_000, 0, 0 })]
    [InlineData(-5, 10, 3, new long[] { 0, 0, 0 })]
    public void TimesOf_AnyRecord_SumToTheWhole(long total, long first, long own, long[] expected)
    {
        var record = new UsageRecord
        {
            CreatedAtMicros = 7,
            CompletedAtMicros = 7 + total,
            TimeToFirstByteMicros = first,
            AddedMicros = own,
        };
        Assert.Equal(expected, RequestTimingPart.TimesOf(record).Select(time => time.Micros));
    }
}
