using System.Buffers;
using System.Text.Json;
using Lava.Server.Hosting;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>Samples as what people look at, and as the documents that the page's script takes.</summary>
internal static class OperationsPoints
{
    private const double Million = 1_000_000;
    private const double MebiByte = 1 << 20;

    /// <summary>The figures of a point, in the order in which they stand in the document. The first is when: seconds since 1970.</summary>
    public static readonly (string Name, Func<OperationsSample, OperationsSample?, double> Read)[] Columns =
    [
        ("at", (sample, _) => Math.Round(sample.At.ToUnixTimeMilliseconds() / 1_000.0)),
        ("requests", (sample, before) => sample.RateSince(before, OperationsValue.Calls)),
        ("errors", (sample, before) => sample.RateSince(before, OperationsValue.Errors)),
        ("refused", (sample, before) => sample.RateSince(before, OperationsValue.Refused)),
        ("added50", (sample, _) => sample[OperationsValue.AddedP50]),
        ("added90", (sample, _) => sample[OperationsValue.AddedP90]),
        ("added99", (sample, _) => sample[OperationsValue.AddedP99]),
        ("first50", (sample, _) => sample[OperationsValue.FirstByteP50]),
        ("first99", (sample, _) => sample[OperationsValue.FirstByteP99]),
        ("inflight", (sample, _) => sample[OperationsValue.InFlight]),
        ("streams", (sample, _) => sample[OperationsValue.Streams]),
        ("lag", (sample, _) => sample[OperationsValue.LagMicros] / Million),
        ("cpu", (sample, before) => 100 * sample.RateSince(before, OperationsValue.CpuMicros) / Million),
        ("memory", (sample, _) => sample[OperationsValue.WorkingSet] / MebiByte),
        ("heap", (sample, _) => sample[OperationsValue.HeapBytes] / MebiByte),
    ];

    /// <summary>All samples.</summary>
    public static ReadOnlyMemory<byte> Whole(IReadOnlyList<OperationsSample> samples, string zone, TimeSpan step) => Write(json =>
    {
        json.WriteString("zone", zone);
        json.WriteNumber("step", step.TotalSeconds);
        json.WriteStartArray("columns");
        foreach (var (name, _) in Columns)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        for (var i = 1; i < samples.Count; i++)
        {
            WriteRow(json, samples[i], samples[i - 1]);
        }

        json.WriteEndArray();
    });

    /// <summary>The newest sample: its figures, the tiles' texts, the health.</summary>
    public static ReadOnlyMemory<byte> Newest(
        OperationsSample sample, OperationsSample? before, IEnumerable<HealthLine> health) => Write(json =>
    {
        json.WritePropertyName("row");
        WriteRow(json, sample, before);
        json.WriteStartObject("texts");
        foreach (var (name, text) in Texts(sample, before))
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
        json.WriteStartArray("health");
        foreach (var line in health)
        {
            json.WriteStartObject();
            json.WriteString("key", line.Key);
            json.WriteString("tone", line.Tone);
            json.WriteString("word", line.Word);
            json.WriteString("figure", line.Figure);
            json.WriteString("advice", line.Advice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>What the tiles say.</summary>
    public static Dictionary<string, string> Texts(OperationsSample? sample, OperationsSample? before)
    {
        sample ??= new OperationsSample(default, new long[(int)OperationsValue.Count]);
        return new Dictionary<string, string>
        {
            ["requests"] = OperationsText.Rate(sample.RateSince(before, OperationsValue.Calls)),
            ["errors"] = OperationsText.Rate(sample.RateSince(before, OperationsValue.Errors)),
            ["refused"] = OperationsText.Rate(sample.RateSince(before, OperationsValue.Refused)),
            ["inflight"] = FigureText.Count(sample[OperationsValue.InFlight]),
            ["streams"] = FigureText.Count(sample[OperationsValue.Streams]),
            ["added50"] = OperationsText.Micros(sample[OperationsValue.AddedP50]),
            ["added90"] = OperationsText.Micros(sample[OperationsValue.AddedP90]),
            ["added99"] = OperationsText.Micros(sample[OperationsValue.AddedP99]),
            ["added999"] = OperationsText.Micros(sample[OperationsValue.AddedP999]),
            ["first50"] = OperationsText.Micros(sample[OperationsValue.FirstByteP50]),
            ["first99"] = OperationsText.Micros(sample[OperationsValue.FirstByteP99]),
            ["memory"] = OperationsText.Bytes(sample[OperationsValue.WorkingSet]),
            ["heap"] = OperationsText.Bytes(sample[OperationsValue.HeapBytes]),
            ["cpu"] = $"{OperationsText.Rate(100 * sample.RateSince(before, OperationsValue.CpuMicros) / Million)} %",
        };
    }

    private static void WriteRow(Utf8JsonWriter json, OperationsSample sample, OperationsSample? before)
    {
        json.WriteStartArray();
        foreach (var (_, read) in Columns)
        {
            json.WriteNumberValue(Math.Round(read(sample, before), 3));
        }

        json.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
