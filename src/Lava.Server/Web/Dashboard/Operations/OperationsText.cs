using System.Globalization;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>Figures of a node as people read them.</summary>
internal static class OperationsText
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>"12.5", of so many a second.</summary>
    public static string Rate(double value) => value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>"240 µs", "1.2 ms", "3.4 s"; "–" of nothing.</summary>
    public static string Micros(long micros) => micros switch
    {
        0 => "–",
        < 1_000 => $"{micros} µs",
        < 1_000_000 => $"{Round(micros / 1_000.0)} ms",
        _ => $"{Round(micros / 1_000_000.0)} s",
    };

    /// <summary>"12.5 MiB".</summary>
    public static string Bytes(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1_024 && unit < Units.Length - 1)
        {
            value /= 1_024;
            unit++;
        }

        return $"{(unit == 0 ? FigureText.Count(bytes) : Round(value))} {Units[unit]}";
    }

    /// <summary>"3 d 4 h", "12 min", "40 s".</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 0 => "0 s",
        < 120 => $"{(long)span.TotalSeconds} s",
        < 7_200 => $"{(long)span.TotalMinutes} min",
        < 172_800 => $"{(long)span.TotalHours} h {span.Minutes} min",
        _ => $"{(long)span.TotalDays} d {span.Hours} h",
    };

    private static string Round(double value) => value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
