using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Lava.Core;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class MoneyMarkupTests
{
    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("1250", "$1,250.00")]
    [InlineData("1.005", "$1.01")]
    [InlineData("0.5", "$0.50")]
    [InlineData("0.02", "$0.02")]
    [InlineData("0.0001234567", "$0.000123")]
    [InlineData("0.0000000001", "$0.0000000001")]
    [InlineData("-12.3", "−$12.30")]
    public void ShortText_Amount_ReadsAsPeopleWriteIt(string amount, string text) =>
        Assert.Equal(text, MoneyMarkup.ShortText(Money.Parse(amount)));

    [Fact]
    public void Texts_AnyAmount_AreExactOrRoundedAndNeverNothingForSomething()
    {
        var units = ArbMap.Default.ArbFor<long>().Filter(value => value != long.MinValue);
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(units, value =>
        {
            var amount = new Money(value);
            var exact = Parse(MoneyMarkup.ExactText(amount));
            var rounded = Parse(MoneyMarkup.ShortText(amount));
            return exact == (decimal)value / Money.UnitsPerDollar && (rounded == 0) == (value == 0)
                && Math.Abs(rounded - exact) <= Math.Max(0.005m, Math.Abs(exact) / 100);
        }));
    }

    [Fact]
    public void Short_Amount_HasAllDigitsInItsTitle() => Assert.Equal(
        "<data class=\"money\" value=\"0.0001234567\" title=\"$0.0001234567\">$0.000123</data>",
        MoneyMarkup.Short(Money.Parse("0.0001234567")).ToString());

    private static decimal Parse(string text) =>
        decimal.Parse(text.Replace('−', '-').Replace("$", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
