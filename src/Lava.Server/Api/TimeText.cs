using System.Globalization;
using System.Text.RegularExpressions;

namespace Lava.Server.Api;

/// <summary>Times as callers write them: ISO 8601, with an offset or in UTC.</summary>
internal static partial class TimeText
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    // Far from the ends of what times can hold, so that adding offsets and days can't leave it.
    private const int YearMin = 2000;
    private const int YearMax = 2200;

    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            RepairOffset(text), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
        && time.Year is >= YearMin and <= YearMax;

    /// <summary>The first moment after an inclusive end: a day or a second without a fraction is included whole.</summary>
    public static DateTimeOffset After(string text, DateTimeOffset end) => text.Length switch
    {
        10 => end.AddDays(1),
        _ when !text.Contains('.') => end.AddSeconds(1),
        _ => end.AddTicks(TimeSpan.TicksPerMicrosecond),
    };

    // A plus in a query string that was not encoded arrives as a blank.
    private static string RepairOffset(string text) => LostPlus().IsMatch(text) ? text.Replace(' ', '+') : text;

    [GeneratedRegex(@"T[0-9:.]+ [0-9]{2}:[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LostPlus();
}
