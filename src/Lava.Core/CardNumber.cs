namespace Lava.Core;

/// <summary>
/// Tells the numbers of payment cards. Nobody may send them here: what looks like one is refused before it could be stored, by its brand's
/// first digits and length and its check digit. Of numbers made by chance that have sixteen digits, two in a hundred look so.
/// </summary>
public static class CardNumber
{
    private const int DigitsMin = 12;
    private const int DigitsMax = 19;

    // ISO/IEC 7812: first digits and lengths in use. Visa's of thirteen digits are gone; its longer ones are for gifts.
    private static readonly (int First, int Last, int PrefixDigits, int LengthMin, int LengthMax)[] Brands =
    [
        (4, 4, 1, 16, 16),                // Visa
        (51, 55, 2, 16, 16),              // Mastercard
        (2221, 2720, 4, 16, 16),
        (34, 34, 2, 15, 15),              // American Express
        (37, 37, 2, 15, 15),
        (6011, 6011, 4, 16, 16),          // Discover
        (644, 659, 3, 16, 16),
        (3528, 3589, 4, 16, 16),          // JCB
        (300, 305, 3, 14, 14),            // Diners Club
        (36, 36, 2, 14, 14),
        (38, 39, 2, 14, 14),
        (62, 62, 2, 16, 19),              // UnionPay
        (50, 50, 2, 12, 19),              // Maestro
        (56, 58, 2, 12, 19),
    ];

    /// <summary>Is a whole text the number of a card, with or without blanks and dashes between its digits?</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        Span<byte> digits = stackalloc byte[DigitsMax];

        // A point is that of a decimal number.
        return !text.Contains('.') && TryReadDigits(text, digits, out var count) && count >= DigitsMin
            && PassesLuhn(digits[..count]) && IsOfABrand(digits[..count]);
    }

    /// <summary>
    /// The same for the value of a field. What is called an id or a key (<c>user_id</c>, <c>reference_id</c>, <c>idempotency_key</c>) is
    /// taken for one: some platforms number their users with as many digits.
    /// </summary>
    public static bool Is(ReadOnlySpan<char> name, ReadOnlySpan<char> value) =>
        Is(value) && !name.EndsWith("id", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("key", StringComparison.OrdinalIgnoreCase);

    /// <summary>Has it the check digit of a card, of whatever brand? Not where it has fewer digits than given.</summary>
    public static bool MayBe(ReadOnlySpan<char> text, int digitsMin = DigitsMin)
    {
        Span<byte> digits = stackalloc byte[DigitsMax];
        return TryReadDigits(text, digits, out var count) && count >= digitsMin && PassesLuhn(digits[..count]);
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, Span<byte> digits, out int count)
    {
        count = 0;
        foreach (var c in text)
        {
            if (c is ' ' or '-' or '.' or '\u00A0')
            {
                continue;
            }

            if (!char.IsAsciiDigit(c) || count == digits.Length)
            {
                return false;
            }

            digits[count++] = (byte)(c - '0');
        }

        return true;
    }

    private static bool IsOfABrand(ReadOnlySpan<byte> digits)
    {
        foreach (var (first, last, prefixDigits, lengthMin, lengthMax) in Brands)
        {
            var prefix = 0;
            foreach (var digit in digits[..prefixDigits])
            {
                prefix = (prefix * 10) + digit;
            }

            if (prefix >= first && prefix <= last && digits.Length >= lengthMin && digits.Length <= lengthMax)
            {
                return true;
            }
        }

        return false;
    }

    private static bool PassesLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            // From the right, every second digit counts twice, and its own digits are added (ISO/IEC 7812-1).
            var weighted = digits[^(i + 1)] * (1 + (i % 2));
            sum += weighted > 9 ? weighted - 9 : weighted;
        }

        return sum % 10 == 0;
    }
}
