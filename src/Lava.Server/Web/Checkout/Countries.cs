using System.Globalization;

namespace Lava.Server.Web.Checkout;

/// <summary>The countries whose phones are reached, and how what people type becomes a number in E.164.</summary>
internal static class Countries
{
    /// <summary>Where nothing tells another.</summary>
    public const string Default = "US";

    /// <summary>The longest text that is read as a number: the digits of E.164, a plus, and something between each of them.</summary>
    public const int TextMax = 40;

    // Blanks, points, brackets, dashes and slashes, and the invisible marks that copied numbers bring along.
    private const string Ornaments = " \t.()-/\u00a0\u2010\u2011\u2012\u2013\u200e\u200f\u202a\u202c\u202d";

    private static readonly Lazy<IReadOnlyList<Country>> Rows = new(Load);

    /// <summary>In the order of their names.</summary>
    public static IReadOnlyList<Country> All => Rows.Value;

    /// <summary>By its ISO code; null: there is none.</summary>
    public static Country? Find(string? code) => All.FirstOrDefault(country => country.Code == code);

    /// <summary>The first region that the header <c>accept-language</c> names and we know, else <see cref="Default"/>.</summary>
    public static string Guess(string acceptLanguage) => acceptLanguage.Split(',')
        .Select(entry => entry.Split(';')[0].Trim().Split('-'))
        .Select(tag => tag.Length > 1 ? Find(tag[^1].ToUpperInvariant())?.Code : null)
        .FirstOrDefault(code => code is not null) ?? Default;

    /// <summary>
    /// The E.164 form of what was typed, and the country that it belongs to. A plus (or 00) takes the place of the chosen country.
    /// </summary>
    /// <param name="country">The ISO code that was chosen; null: the number is in E.164.</param>
    /// <param name="typed">The number.</param>
    /// <returns>Null: no such number.</returns>
    public static (string Number, Country Country)? Read(string? country, string typed)
    {
        if (typed.Length > TextMax)
        {
            return null;
        }

        var plain = string.Concat(typed.Where(c => !Ornaments.Contains(c)));
        var international = plain.StartsWith('+') ? plain[1..] : plain.StartsWith("00", StringComparison.Ordinal) ? plain[2..] : null;
        var digits = international ?? plain;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }

        var chosen = Find(country);
        var found = international is null ? chosen : OfCallingCode(digits, chosen);
        if (found is null)
        {
            return null;
        }

        // Some write the trunk digit behind the calling code, too: +44 (0) 20 …
        var national = WithoutTrunk(international is null ? digits : digits[found.CallingCode.Length..], found);
        return national.Length >= found.DigitsMin && national.Length <= found.DigitsMax
            ? ($"+{found.CallingCode}{national}", found)
            : null;
    }

    private static Country? OfCallingCode(string digits, Country? chosen) =>
        chosen is not null && digits.StartsWith(chosen.CallingCode, StringComparison.Ordinal)
            ? chosen
            : All.Where(country => digits.StartsWith(country.CallingCode, StringComparison.Ordinal))
                .OrderByDescending(country => country.CallingCode.Length).ThenByDescending(country => country.IsMain).FirstOrDefault();

    // What would be too short without them has no trunk digits: it only begins alike.
    private static string WithoutTrunk(string national, Country country) =>
        country.Trunk.Length > 0 && national.StartsWith(country.Trunk, StringComparison.Ordinal)
        && national.Length - country.Trunk.Length >= country.DigitsMin
            ? national[country.Trunk.Length..]
            : national;

    private static Country[] Load() =>
        [.. WebAssets.ReadText("countries.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Read)];

    private static Country Read(string line)
    {
        var cells = line.Split(' ', 6);
        return new Country(
            cells[0], cells[1].TrimEnd('*'), cells[1].EndsWith('*'), cells[2] == "-" ? "" : cells[2],
            int.Parse(cells[3], CultureInfo.InvariantCulture), int.Parse(cells[4], CultureInfo.InvariantCulture), cells[5]);
    }
}
