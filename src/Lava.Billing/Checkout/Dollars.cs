using System.Globalization;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>Amounts and dates for a person who buys.</summary>
internal static class Dollars
{
    private const long UnitsPerCent = Money.UnitsPerDollar / 100;

    /// <summary>"$1,234.50"; what is less than a cent is rounded up.</summary>
    public static string Text(Money amount) =>
        (WholeCents.Up(amount).Units / UnitsPerCent / 100m).ToString("'$'#,0.00", CultureInfo.InvariantCulture);

    /// <summary>"1 June 2027", in UTC.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
