using System.Text.RegularExpressions;
using Lava.Core;

namespace Lava.Server.Web;

/// <summary>
/// An amount of dollars as people type it: "1250.5", "$1,250.50", "-3", and "12,50" or "1.000,50" where a comma is what their keys offer.
/// What has another shape, or may be read in two ways ("0,200"), is none: a hundredfold price must not come of a guess.
/// </summary>
internal static partial class TypedAmount
{
    /// <summary>As the API reads amounts: a sign, digits, a point and up to ten decimals. Null: it can't be told.</summary>
    public static string? Plain(string typed)
    {
        if (Shape().Match(typed.Trim()) is not { Success: true } parts)
        {
            return null;
        }

        var sign = parts.Groups["minus"].Success ? "-" : "";
        var dollars = string.Concat(parts.Groups["dollars"].Value.Where(char.IsAsciiDigit));
        return parts.Groups["decimals"] is { Success: true } decimals ? $"{sign}{dollars}.{decimals}" : sign + dollars;
    }

    /// <summary>The amount; null: it can't be told, or is more than there is.</summary>
    public static Money? Read(string typed) => Money.TryParse(Plain(typed), out var amount) ? amount : null;

    // A sign and the currency around: digits alone, with one or two decimals after a comma or up to ten after a point; less than a dollar
    // with more decimals after a comma, but three, which would be a group; groups of three, or of two before a last one of three, by
    // commas; groups of three by points, where a comma parts the decimals; groups of three by spaces. No group begins with a zero.
    [GeneratedRegex(@"^(?:(?<minus>[-−])\s?\$?|\$\s?(?<minus>[-−])?)?\s?(?:
        (?<dollars>[0-9]{1,18})(?:\.(?<decimals>[0-9]{1,10})|,(?<decimals>[0-9]{1,2}))?
        | (?<dollars>0),(?<decimals>[0-9]{4,10})
        | (?<dollars>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.(?<decimals>[0-9]{1,10}))?
        | (?<dollars>[1-9][0-9]{0,2}(?:\.[0-9]{3})+),(?<decimals>[0-9]{1,10})
        | (?<dollars>[1-9][0-9]{0,2}(?:\s[0-9]{3})+)(?:\.(?<decimals>[0-9]{1,10})|,(?<decimals>[0-9]{1,2}))?
        )\s?\$?\z", RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
