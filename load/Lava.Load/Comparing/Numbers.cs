using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>Numbers as cells of a table.</summary>
internal static class Numbers
{
    /// <summary>A dash stands for no number.</summary>
    public static IEnumerable<string> Text(string format, params double[] values) =>
        values.Select(value => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture));
}
