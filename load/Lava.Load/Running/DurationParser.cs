using System.Globalization;

namespace Lava.Load.Running;

/// <summary>Durations with their unit: <c>250us</c>, <c>20ms</c>, <c>1.5s</c>, <c>5m</c>.</summary>
internal static class DurationParser
{
    // Longer units first where one ends as another does.
    private static readonly (string Unit, double Microseconds)[] Units =
        [("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000)];

    /// <returns>Null where the text is no duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        foreach (var (unit, microseconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return TimeSpan.FromMicroseconds(number * microseconds);
            }
        }

        return null;
    }
}
