namespace Lava.Billing.Payments;

/// <summary>Codes in providers' words, as they may be kept and shown: never a sentence, which could repeat what was sent.</summary>
public static class ProviderCode
{
    /// <summary>Longer ones are no codes.</summary>
    public const int LengthMax = 64;

    private const string Other = "other";

    /// <summary>The code; <c>other</c> where it is none. Null stays null.</summary>
    public static string? Of(string? code) => code is null || (code.Length is > 0 and <= LengthMax && code.All(IsPlain)) ? code : Other;

    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_';
}
