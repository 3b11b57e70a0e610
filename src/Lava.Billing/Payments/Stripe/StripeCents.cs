using Lava.Core;

namespace Lava.Billing.Payments.Stripe;

/// <summary>Amounts of US dollars as Stripe has them: whole cents.</summary>
internal static class StripeCents
{
    private const long UnitsPerCent = Money.UnitsPerDollar / 100;

    /// <summary>The cents of an amount.</summary>
    /// <exception cref="ProviderRefusedException">It is not positive, or not whole.</exception>
    public static long Of(Money amount) => amount > Money.Zero && amount.Units % UnitsPerCent == 0
        ? amount.Units / UnitsPerCent
        : throw new ProviderRefusedException("amount_not_whole_cents");

    /// <summary>The amount of cents; zero where it is more than <see cref="Money"/> holds.</summary>
    public static Money Read(long? cents) =>
        cents is { } given and >= 0 and <= long.MaxValue / UnitsPerCent ? new Money(given * UnitsPerCent) : Money.Zero;
}
