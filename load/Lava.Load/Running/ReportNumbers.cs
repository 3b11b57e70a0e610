using System.Globalization;

namespace Lava.Load.Running;

/// <summary>Numbers as the reports write them.</summary>
internal static class ReportNumbers
{
    // The largest unit of which there is at least one.
    private static readonly (string Unit, double Seconds)[] Units = [("s", 1), ("ms", 1e-3), ("µs", 1e-6)];

    public static string Duration(TimeSpan span)
    {
        var (unit, seconds) = Units.FirstOrDefault(unit => Math.Abs(span.TotalSeconds) >= unit.Seconds, Units[^1]);
        return FormattableString.Invariant($"{span.TotalSeconds / seconds:0.##} {unit}");
    }

    public static string Milliseconds(TimeSpan span) => span.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture);

    public static string Mebibytes(double bytes) => (bytes / (1 << 20)).ToString("F0", CultureInfo.InvariantCulture) + " MiB";

    public static string Share(double share) => share >= 1 ? "max" : FormattableString.Invariant($"p{share * 100:0.###}");
}
