using System.Globalization;
using Lava.Core;

namespace Lava.Server.Web.Dashboard.Html;

/// <summary>
/// Figures as people read them; none of money is rounded away. <c>figures.mjs</c> writes counts, shares and changes alike while a page is
/// open.
/// </summary>
internal static class FigureText
{
    private const int MillionthsDecimals = 6;

    /// <summary>"1,250".</summary>
    public static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>"1 token", "1,234 tokens".</summary>
    /// <param name="count">How many.</param>
    /// <param name="units">Their name, which ends with an s where there are many.</param>
    public static string Count(long count, string units) => $"{Count(count)} {(count == 1 ? units[..^1] : units)}";

    /// <summary>Microseconds as seconds, "12.5": all digits, none that is no digit.</summary>
    public static string Seconds(long micros) => (micros / 1_000_000m).ToString("#,##0.######", CultureInfo.InvariantCulture);

    /// <summary>Microseconds as "840 µs", "1.4 ms", "412 ms", "12.4 s"; further digits are cut off, as a stop watch does.</summary>
    public static string Duration(long micros) => micros switch
    {
        < 1_000 => $"{micros.ToString(CultureInfo.InvariantCulture)} µs",
        < 10_000 => $"{(micros / 100 / 10m).ToString("0.0", CultureInfo.InvariantCulture)} ms",
        < 10_000_000 => $"{(micros / 1_000).ToString("N0", CultureInfo.InvariantCulture)} ms",
        _ => $"{(micros / 100_000 / 10m).ToString("#,##0.0", CultureInfo.InvariantCulture)} s",
    };

    /// <summary>A price: "$0.15", "$0.0001234567": all digits that it has.</summary>
    public static string Price(Money price) =>
        $"${((decimal)price.Units / Money.UnitsPerDollar).ToString("#,##0.00########", CultureInfo.InvariantCulture)}";

    /// <summary>A fraction of ten decimals as "12.5 %".</summary>
    public static string Percentage(Money fraction) =>
        $"{((decimal)fraction.Units * 100 / Money.UnitsPerDollar).ToString("#,##0.########", CultureInfo.InvariantCulture)} %";

    /// <summary>Millionths of <see cref="Money"/>'s unit: "$0.0000001050", with as many further digits as it has.</summary>
    public static string Exact(Int128 millionths)
    {
        var (units, rest) = Int128.DivRem(millionths, Rate.Million);
        var text = $"${new Money((long)units)}";
        return rest == 0
            ? text
            : text + ((long)rest).ToString(CultureInfo.InvariantCulture).PadLeft(MillionthsDecimals, '0').TrimEnd('0');
    }

    /// <summary>"12.5 %"; "–" of nothing.</summary>
    public static string Share(long part, long whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.0} %");

    /// <summary>"+12.5 %", against what was before; "new" where that was nothing.</summary>
    public static string Change(long now, long before)
    {
        if (before == 0)
        {
            return now == 0 ? "as before" : "new";
        }

        var change = 100.0 * (now - (double)before) / Math.Abs((double)before);
        return Math.Abs(change) < 0.05 ? "as before"
            : string.Create(CultureInfo.InvariantCulture, $"{(change > 0 ? "+" : "−")}{Math.Abs(change):#,##0.0} %");
    }

    /// <inheritdoc cref="Change(long, long)"/>
    public static string Change(Money now, Money before) => Change(now.Units, before.Units);
}
