using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Lava.Server.Web.Plots;

/// <summary>
/// The document that plots are drawn from. Amounts are texts of 10⁻¹⁰ USD: they are more than a browser's numbers hold exactly.
/// </summary>
internal static class PlotJson
{
    /// <summary>All of it.</summary>
    /// <param name="series">What is drawn.</param>
    /// <param name="breakdown">The rows of its groups, for a page that has them; null: it has none.</param>
    public static ReadOnlyMemory<byte> Whole(PlotSeries series, Markup? breakdown = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("edges");
            foreach (var edge in series.Range.Edges)
            {
                json.WriteNumberValue(edge.ToUnixTimeSeconds());
            }

            json.WriteEndArray();
            json.WriteString("step", NameOf(series.Range.Step));
            json.WriteString("zone", series.Zone);
            WritePoints(json, series, 0);
            json.WriteStartObject("before");
            WriteFigures(json, series.Before, 0);
            json.WriteStartArray("blocked");
            json.WriteNumberValue(series.BlockedBefore);
            json.WriteEndArray();
            json.WriteEndObject();
            if (breakdown is { } rows)
            {
                json.WriteString("breakdown", rows.ToString());
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The points from one on, whole: they take the place of what a page has.</summary>
    /// <param name="series">They are its last ones.</param>
    /// <param name="from">Which point is the first.</param>
    public static ReadOnlyMemory<byte> Points(PlotSeries series, int from)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("from", from);
            WritePoints(json, series, from);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static string NameOf(PlotStep step) => step switch
    {
        PlotStep.Quarter => "quarter",
        PlotStep.Hour => "hour",
        PlotStep.QuarterDay => "quarter_day",
        PlotStep.Day => "day",
        _ => "week",
    };

    private static void WritePoints(Utf8JsonWriter json, PlotSeries series, int from)
    {
        json.WriteString("as_of", series.AsOf.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("total");
        WriteFigures(json, series.Total, from);
        json.WriteEndObject();
        json.WriteStartArray("groups");
        foreach (var group in series.Groups)
        {
            json.WriteStartObject();
            json.WriteString("key", group.Key);
            json.WriteString("label", group.Label);
            WriteFigures(json, group, from);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("blocked");
        foreach (var (code, calls) in series.Blocked)
        {
            WriteNumbers(json, code, calls, from);
        }

        json.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter json, PlotGroup group, int from)
    {
        WriteNumbers(json, "requests", group.Requests, from);
        WriteNumbers(json, "errors", group.Errors, from);
        WriteNumbers(json, "tokens", group.Tokens, from);
        WriteAmounts(json, "cost", group.Cost, from);
        WriteAmounts(json, "charge", group.Charge, from);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] points, int from)
    {
        json.WriteStartArray(name);
        foreach (var point in points.AsSpan(from))
        {
            json.WriteNumberValue(point);
        }

        json.WriteEndArray();
    }

    private static void WriteAmounts(Utf8JsonWriter json, string name, long[] points, int from)
    {
        json.WriteStartArray(name);
        foreach (var point in points.AsSpan(from))
        {
            json.WriteStringValue(point.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
    }
}
