using System.Globalization;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>Amounts and days as people read them.</summary>
internal static class MoneyText
{
    private const int CentDigits = 2;

    /// <summary>"$1,250.00"; more than two decimals only where there are more.</summary>
    public static string Of(Money amount)
    {
        var magnitude = (decimal)amount.Units / Money.UnitsPerDollar;
        return string.Create(CultureInfo.InvariantCulture, $"{(magnitude < 0 ? "−" : "")}${Math.Abs(magnitude):#,##0.00########}");
    }

    /// <summary>"1 June 2026": the day in UTC, which cycles are counted in.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>
    /// What a person typed as an amount of dollars, as <see cref="TypedAmount"/> reads it. Null: none, parts of a cent, or "1.000", which
    /// is a thousand for half of the world.
    /// </summary>
    public static Money? Read(string typed) =>
        TypedAmount.Plain(typed) is { } plain && IsOfCents(plain) && Money.TryParse(plain, out var amount) && amount > Money.Zero
            ? amount
            : null;

    private static bool IsOfCents(string plain) =>
        plain.IndexOf('.', StringComparison.Ordinal) is var point && (point < 0 || plain.Length - point - 1 <= CentDigits);
}
