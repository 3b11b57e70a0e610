using System.Globalization;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>Amounts and days as people read them.</summary>
internal static class MoneyText
{
    /// <summary>"$1,250.00"; more than two decimals only where there are more.</summary>
    public static string Of(Money amount)
    {
        var magnitude = (decimal)amount.Units / Money.UnitsPerDollar;
        return string.Create(CultureInfo.InvariantCulture, $"{(magnitude < 0 ? "−" : "")}${Math.Abs(magnitude):#,##0.00########}");
    }

    /// <summary>"1 June 2026": the day in UTC, which cycles are counted in.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>
    /// What a person typed as an amount of dollars: "25", "25.50", "$1,000". Null: no such amount, or parts of a cent.
    /// </summary>
    public static Money? Read(string typed)
    {
        var plain = typed.Trim().TrimStart('$').Replace(",", "", StringComparison.Ordinal).Trim();
        var point = plain.IndexOf('.');
        return (point < 0 || plain.Length - point <= 3) && Money.TryParse(plain, out var amount) && amount > Money.Zero ? amount : null;
    }
}
