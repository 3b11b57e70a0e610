using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>The least that is charged at once: what is below it is not asked for. Zero where nobody takes payments.</summary>
/// <param name="Test">Of test merchants' customers.</param>
/// <param name="Live">Of live ones'.</param>
public readonly record struct ChargeLeast(Money Test, Money Live)
{
    /// <summary>Of a merchant's.</summary>
    public Money Of(bool isTest) => isTest ? Test : Live;

    /// <summary>Is an amount too small for it, in the whole cents that a card would be charged? Nothing is not.</summary>
    public static bool IsTooSmall(Money amount, Money least) => amount > Money.Zero && WholeCents.Up(amount) < least;
}
