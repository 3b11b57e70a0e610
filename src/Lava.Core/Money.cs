using System.Globalization;
using System.Numerics;
using System.Text;

namespace Lava.Core;

/// <summary>
/// An amount of US dollars, exact to ten decimals: an <see cref="long"/> of 10⁻¹⁰ USD (±922 million USD).
/// Arithmetic is checked: an amount that does not fit throws <see cref="OverflowException"/>, it never wraps.
/// </summary>
public readonly record struct Money(long Units)
    : IComparable<Money>, IAdditionOperators<Money, Money, Money>, ISubtractionOperators<Money, Money, Money>
{
    /// <summary>Decimals that the API shows and the ledger keeps.</summary>
    public const int Decimals = 10;

    /// <summary>Units (10⁻¹⁰ USD) in one dollar.</summary>
    public const long UnitsPerDollar = 10_000_000_000;

    /// <summary>No money.</summary>
    public static Money Zero => default;

    /// <summary>The largest amount: 922,337,203.6854775807 USD.</summary>
    public static Money MaxValue => new(long.MaxValue);

    /// <summary>Whole dollars.</summary>
    public static Money FromDollars(long dollars) => new(checked(dollars * UnitsPerDollar));

    /// <summary>The smaller of two amounts.</summary>
    public static Money Min(Money left, Money right) => left.Units <= right.Units ? left : right;

    /// <summary>The larger of two amounts.</summary>
    public static Money Max(Money left, Money right) => left.Units >= right.Units ? left : right;

    /// <inheritdoc/>
    public static Money operator +(Money left, Money right) => new(checked(left.Units + right.Units));

    /// <inheritdoc/>
    public static Money operator -(Money left, Money right) => new(checked(left.Units - right.Units));

    /// <summary>The same amount with the other sign.</summary>
    public static Money operator -(Money value) => new(checked(-value.Units));

    /// <summary>Less.</summary>
    public static bool operator <(Money left, Money right) => left.Units < right.Units;

    /// <summary>More.</summary>
    public static bool operator >(Money left, Money right) => left.Units > right.Units;

    /// <summary>Less or equal.</summary>
    public static bool operator <=(Money left, Money right) => left.Units <= right.Units;

    /// <summary>More or equal.</summary>
    public static bool operator >=(Money left, Money right) => left.Units >= right.Units;

    /// <inheritdoc/>
    public int CompareTo(Money other) => Units.CompareTo(other.Units);

    /// <summary>
    /// Reads a plain decimal ("49", "0.25", "-1.5"), at most ten decimals. Exponents, signs other than a leading minus,
    /// blanks, thousands separators, more decimals or an amount out of range: false.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Money value)
    {
        value = default;
        var negative = text.Length > 0 && text[0] == '-';
        var digits = negative ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        if (whole.IsEmpty || whole.Length > 9 || fraction.Length > Decimals || (point >= 0 && fraction.IsEmpty))
        {
            return false;
        }

        long units = 0;
        foreach (var c in whole)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            units = (units * 10) + (c - '0');
        }

        // Nine whole digits and ten decimals reach 10¹⁹: the last steps are done in 128 bits.
        Int128 total = units;
        for (var i = 0; i < Decimals; i++)
        {
            var c = i < fraction.Length ? fraction[i] : '0';
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            total = (total * 10) + (c - '0');
        }

        if (total > long.MaxValue)
        {
            return false;
        }

        value = new Money(negative ? -(long)total : (long)total);
        return true;
    }

    /// <summary>As <see cref="TryParse(ReadOnlySpan{char}, out Money)"/>, for text known to be valid.</summary>
    /// <exception cref="FormatException">The text is not a plain decimal of at most ten decimals within range.</exception>
    public static Money Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not an amount of money.");

    /// <summary>Ten decimals, always: "0.0581000000".</summary>
    public override string ToString()
    {
        Span<char> buffer = stackalloc char[MaxLength];
        return new string(buffer[..Format(buffer)]);
    }

    /// <summary>
    /// Writes what <see cref="ToString"/> gives as UTF-8; <paramref name="destination"/> needs <see cref="MaxLength"/> bytes.
    /// </summary>
    public int FormatUtf8(Span<byte> destination)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        return Encoding.ASCII.GetBytes(buffer[..Format(buffer)], destination);
    }

    /// <summary>The longest text: sign, nine digits, point, ten decimals.</summary>
    public const int MaxLength = 22;

    private int Format(Span<char> buffer)
    {
        var magnitude = Units < 0 ? (ulong)-(Units + 1) + 1 : (ulong)Units;
        var at = 0;
        if (Units < 0)
        {
            buffer[at++] = '-';
        }

        (magnitude / UnitsPerDollar).TryFormat(buffer[at..], out var written, provider: CultureInfo.InvariantCulture);
        at += written;
        buffer[at++] = '.';
        (magnitude % UnitsPerDollar).TryFormat(buffer[at..], out written, "D10", CultureInfo.InvariantCulture);
        return at + written;
    }
}
