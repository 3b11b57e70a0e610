namespace Lava.Billing.Checkout;

/// <summary>Codes by phone, as people type and paste them.</summary>
public static class CheckoutCode
{
    /// <summary>The digits, without what groups them; null: no such code.</summary>
    public static string? Read(string? typed)
    {
        var digits = string.Concat((typed ?? "").Where(c => c is not (' ' or '\u00a0' or '-')));
        return digits.Length is >= CheckoutLimits.CodeDigitsMin and <= CheckoutLimits.CodeDigitsMax && digits.All(char.IsAsciiDigit)
            ? digits
            : null;
    }
}
