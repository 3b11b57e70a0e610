using System.Globalization;
using System.Text.RegularExpressions;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>Amounts and days as people read them.</summary>
internal static partial class MoneyText
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
    /// What a person typed as an amount of dollars: "25", "25.50", "$1,000", and "25,50" or "1.000,50" where a comma is what the phone's
    /// keys offer. Null: no such amount, parts of a cent, or one that may be read in two ways.
    /// </summary>
    public static Money? Read(string typed)
    {
        var plain = string.Concat(typed.Where(c => !char.IsWhiteSpace(c))).Trim('$');
        return Typed().Match(plain) is { Success: true } parts
            && Money.TryParse(WithoutMarks(parts.Groups["dollars"].Value) + CentsOf(parts.Groups["cents"].Value), out var amount)
            && amount > Money.Zero
                ? amount
                : null;
    }

    private static string WithoutMarks(string dollars) => string.Concat(dollars.Where(char.IsAsciiDigit));

    private static string CentsOf(string cents) => cents.Length == 0 ? "" : $".{cents}";

    // Dollars without marks; in groups by commas, the last of three digits; in groups of three by points, where a comma parts the cents.
    [GeneratedRegex(@"^(?:
        (?<dollars>[0-9]{1,12})(?:[.,](?<cents>[0-9]{1,2}))?
        | (?<dollars>[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3})(?:\.(?<cents>[0-9]{1,2}))?
        | (?<dollars>[0-9]{1,3}(?:\.[0-9]{3})+),(?<cents>[0-9]{1,2})
        )\z", RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Typed();
}
