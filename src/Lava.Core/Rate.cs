namespace Lava.Core;

/// <summary>
/// A price: money for each <see cref="Per"/> units of a quantity. The only place in the product that rounds.
/// Products are exact in 128 bits; a sum of products is rounded once, upwards, so that a request is never charged less than
/// its parts and at most one unit (10⁻¹⁰ USD) more.
/// </summary>
/// <param name="Amount">Money for <paramref name="Per"/> units. Not negative.</param>
/// <param name="Per">Units that <paramref name="Amount"/> buys: 1,000,000 for tokens and characters, 60,000,000 for minutes counted in
/// microseconds, 1 for requests.</param>
public readonly record struct Rate(Money Amount, long Per)
{
    /// <summary>Tokens or characters in the "1M" that their prices are quoted for.</summary>
    public const long Million = 1_000_000;

    /// <summary>Microseconds in a minute: seconds of audio are counted in microseconds.</summary>
    public const long MicrosecondsPerMinute = 60_000_000;

    /// <summary>The denominator of a percentage: a fraction with ten decimals ("0.20" is 20 %).</summary>
    public const long FractionScale = Money.UnitsPerDollar;

    /// <summary>The exact product, still to be divided by <see cref="Per"/>.</summary>
    public Int128 Times(long quantity) => (Int128)Amount.Units * quantity;

    /// <summary>What <paramref name="quantity"/> costs, rounded up.</summary>
    /// <exception cref="OverflowException">The cost does not fit <see cref="Money"/>.</exception>
    public Money CostOf(long quantity) => RoundUp(Times(quantity), Per);

    /// <summary>A quotient of exact sums, rounded up to the next unit.</summary>
    /// <exception cref="OverflowException">The quotient does not fit <see cref="Money"/>.</exception>
    public static Money RoundUp(Int128 numerator, Int128 denominator)
    {
        var (quotient, remainder) = Int128.DivRem(numerator, denominator);
        return new Money(checked((long)(remainder > 0 ? quotient + 1 : quotient)));
    }

    /// <summary>A quotient of exact sums, rounded down to a unit: a part of a credit that is given.</summary>
    /// <exception cref="OverflowException">The quotient does not fit <see cref="Money"/>.</exception>
    public static Money RoundDown(Int128 numerator, Int128 denominator)
    {
        var (quotient, remainder) = Int128.DivRem(numerator, denominator);
        return new Money(checked((long)(remainder < 0 ? quotient - 1 : quotient)));
    }
}
