using System.Globalization;
using System.Text.RegularExpressions;

namespace Lava.Load.Running;

/// <summary>
/// A threshold as an argument: <c>p99 &lt; 20ms</c>, <c>first-token p99.9 ≤ 50ms</c>, <c>gap max &lt; 1s</c>, <c>rate &gt; 400</c>,
/// <c>failed &lt; 0.1%</c>. Without a name it means the latency.
/// </summary>
internal static partial class ThresholdParser
{
    private static readonly Dictionary<string, Func<double, double, bool>> Comparisons = new()
    {
        ["<"] = (measured, limit) => measured < limit,
        ["<="] = (measured, limit) => measured <= limit,
        ["≤"] = (measured, limit) => measured <= limit,
        [">"] = (measured, limit) => measured > limit,
        [">="] = (measured, limit) => measured >= limit,
        ["≥"] = (measured, limit) => measured >= limit,
    };

    // Figures that are no durations: unit and value.
    private static readonly Dictionary<string, (string Unit, Func<ScenarioStatistics, double> Of)> Numbers = new()
    {
        ["rate"] = ("/s", statistics => statistics.Rate),
        ["failed"] = ("%", statistics => 100d * statistics.Failed / Math.Max(1, statistics.Ok + statistics.Failed)),
    };

    /// <returns>Null where the text is no threshold.</returns>
    public static Threshold? Parse(string text)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            return null;
        }

        var (name, share, limit) = (match.Groups["name"].Value, match.Groups["share"].Value, match.Groups["limit"].Value);
        var compare = Comparisons[match.Groups["comparison"].Value];
        return share == "" ? ParseNumber(text, name, compare, limit) : ParseDuration(text, name, share, compare, limit);
    }

    private static Threshold? ParseDuration(string text, string name, string share, Func<double, double, bool> compare, string limit)
    {
        var figure = DurationFigure.All.FirstOrDefault(figure => figure.Name == (name == "" ? "latency" : name));
        var part = share == "max" ? 1 : double.Parse(share[1..], CultureInfo.InvariantCulture) / 100;
        return figure is not null && part is > 0 and <= 1 && DurationParser.Parse(limit) is { } most
            ? Threshold.Asked(text, figure, part, measured => compare(measured.TotalMicroseconds, most.TotalMicroseconds))
            : null;
    }

    private static Threshold? ParseNumber(string text, string name, Func<double, double, bool> compare, string limit)
    {
        if (!Numbers.TryGetValue(name, out var number))
        {
            return null;
        }

        var digits = limit.EndsWith(number.Unit, StringComparison.Ordinal) ? limit[..^number.Unit.Length].Trim() : limit;
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var most)
            ? new Threshold(text, statistics =>
            {
                var measured = number.Of(statistics);
                return Threshold.Of(compare(measured, most), FormattableString.Invariant($"{measured:0.###}{number.Unit}"));
            })
            : null;
    }

    [GeneratedRegex(
        @"^((?<name>[a-z-]+)\s+)?(?<share>max|p\d+(\.\d+)?)\s*(?<comparison><=|>=|[<>≤≥])\s*(?<limit>\S.*)$"
            + @"|^(?<name>[a-z]+)\s*(?<comparison><=|>=|[<>≤≥])\s*(?<limit>\S.*)$")]
    private static partial Regex Pattern();
}
