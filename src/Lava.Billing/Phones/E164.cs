namespace Lava.Billing.Phones;

/// <summary>Phone numbers in the form of ITU-T E.164: a plus and at most 15 digits.</summary>
public static class E164
{
    private const int DigitsMin = 8;
    private const int DigitsMax = 15;
    private const int DigitsShown = 4;

    /// <summary>Reads a number that may be grouped by blanks, dashes, dots, slashes and brackets.</summary>
    public static bool TryRead(string text, out string phone)
    {
        phone = "";
        if (text.Length > 4 * DigitsMax)
        {
            return false;
        }

        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var rest = text.Where(c => !char.IsAsciiDigit(c) && c is not (' ' or '\u00a0' or '-' or '.' or '/' or '(' or ')'));
        if (!rest.SequenceEqual("+") || !text.TrimStart().StartsWith('+') || digits.Length is < DigitsMin or > DigitsMax
            || digits[0] == '0')
        {
            return false;
        }

        phone = $"+{digits}";
        return true;
    }

    /// <summary>All but the last four digits hidden.</summary>
    public static string Mask(string phone) => $"•••• {phone[^Math.Min(DigitsShown, phone.Length)..]}";
}
