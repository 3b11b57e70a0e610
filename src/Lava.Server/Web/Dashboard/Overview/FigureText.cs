using System.Globalization;
using Lava.Core;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>Numbers as people read them; <c>figures.mjs</c> writes the same while a page is open.</summary>
internal static class FigureText
{
    /// <summary>"1,250".</summary>
    public static string Count(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

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
