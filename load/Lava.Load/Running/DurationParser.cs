using System.Globalization;

namespace Lava.Load.Running;

/// <summary>Durations with their unit: <c>250us</c>, <c>20ms</c>, <c>1.5s</c>, <c>5m</c>.</summary>
internal static class DurationParser
{
    // The second behind those that end like it.
    private static readonly (string Unit, double Microseconds)[] Units =
        [("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000)];

    /// <returns>Null where the text is no duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        foreach (var (unit, microseconds) in Units)
        {
            var isUnit = text.EndsWith(unit, StringComparison.Ordinal);
            var digits = isUnit ? text.AsSpan()[..^unit.Length].Trim() : default;
            if (isUnit && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return TimeSpan.FromMicroseconds(number * microseconds);
            }
        }

        return null;
    }
}
