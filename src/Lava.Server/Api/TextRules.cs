using System.Text.RegularExpressions;

namespace Lava.Server.Api;

/// <summary>What texts must look like: each rule gives the message, or null for a text that keeps it.</summary>
internal static partial class TextRules
{
    /// <summary>Names, reasons, ids.</summary>
    public const int LengthMax = 255;

    /// <summary>Line breaks end headers and log lines, PostgreSQL stores no NUL, and no name needs the other control characters.</summary>
    public static string? Printable(string text) =>
        text.Any(char.IsControl) ? "must not contain line breaks, NUL or other control characters" : null;

    public static string? ReferenceId(string text) =>
        text.StartsWith("con_", StringComparison.Ordinal) ? "must not start with con_, which is how ids start" : null;

    public static string? Email(string text) => EmailPattern().IsMatch(text) ? null : "must be an e-mail address";

    public static string? Phone(string text) => PhonePattern().IsMatch(text) ? null : "must be a phone number in E.164 form: +15551234567";

    public static string? Slug(string text) => SlugPattern().IsMatch(text) && !text.StartsWith("prd_", StringComparison.Ordinal)
        ? null
        : "must be 1 to 100 letters, digits, '-', '_' or '.', and not start with prd_, which is how ids start";

    /// <summary>A page's address, of which the origin counts.</summary>
    public static string? WebOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? null
            : "must be the http or https address of the page that opens it: https://shop.example";

    /// <summary>Where a merchant's customers get help, as they read it.</summary>
    public static string? Contact(string text) =>
        (text.Contains(':', StringComparison.Ordinal)
            ? Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
            : EmailPattern().IsMatch(text))
            ? null
            : "must be an e-mail address or an https address: help@shop.example, https://shop.example/help";

    // Only what every mail server agrees on: one @, no blanks, a dot in the domain.
    [GeneratedRegex(@"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$", RegexOptions.CultureInvariant, 100)]
    private static partial Regex EmailPattern();

    // ITU-T E.164: a plus and at most 15 digits, the first not 0.
    [GeneratedRegex(@"^\+[1-9][0-9]{1,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PhonePattern();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SlugPattern();
}
