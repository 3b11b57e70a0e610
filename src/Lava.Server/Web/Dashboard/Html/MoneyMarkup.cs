using System.Globalization;
using Lava.Core;

namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Amounts: short to read, with all ten digits in their title; or exact.</summary>
internal static class MoneyMarkup
{
    private const int Digits = 10;

    // Below a dollar: as many as show three that say something.
    private const int TellingDigits = 3;

    /// <summary>"$1,250.00", "$0.000123": what is not nothing never reads as nothing.</summary>
    public static Markup Short(Money amount) => Of(amount, ShortText(amount));

    /// <summary>"$0.0001234567".</summary>
    public static Markup Exact(Money amount) => Of(amount, ExactText(amount));

    /// <summary>An amount, or what stands for none.</summary>
    public static Markup ShortOrNone(Money? amount) => amount is { } known ? Short(known) : TextMarkup.None;

    /// <summary>The text of <see cref="Short"/>.</summary>
    public static string ShortText(Money amount)
    {
        var value = Math.Abs((decimal)amount.Units / Money.UnitsPerDollar);
        var decimals = value >= 1 || value == 0 ? 2 : Math.Clamp(LeadingZeros(value) + TellingDigits, 2, Digits);
        var text = Math.Round(value, decimals, MidpointRounding.AwayFromZero)
            .ToString($"#,##0.00{new string('#', decimals - 2)}", CultureInfo.InvariantCulture);
        return $"{Sign(amount)}${text}";
    }

    /// <summary>The text of <see cref="Exact"/>.</summary>
    public static string ExactText(Money amount)
    {
        var value = Math.Abs((decimal)amount.Units / Money.UnitsPerDollar);
        return $"{Sign(amount)}${value.ToString("#,##0.0000000000", CultureInfo.InvariantCulture)}";
    }

    private static Markup Of(Money amount, string text) =>
        Markup.Of($"""<data class="money" value="{amount.ToString()}" title="{ExactText(amount)}">{text}</data>""");

    private static string Sign(Money amount) => amount < Money.Zero ? "−" : "";

    private static int LeadingZeros(decimal value)
    {
        var zeros = 0;
        for (var part = value * 10; part < 1; part *= 10)
        {
            zeros++;
        }

        return zeros;
    }
}
