using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>
/// Recorded answers of endpoints that have tables of their own. They are not part of the repository: without them the test has nothing
/// to say.
/// </summary>
public sealed class FieldSamplesTests
{
    // The recording's length stands in no field, and the upload was not recorded.
    private static readonly HashSet<string> LengthUnknown = ["elevenlabs-stt.json"];

    [Fact]
    public void Complete_RecordedAnswers_ExpectedUsage()
    {
        if (SampleResponsesTests.FindSamples() is not { } folder)
        {
            return;
        }

        var differences = new StringBuilder();
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var sample = JsonDocument.Parse(line);
            var file = sample.RootElement.GetProperty("file").GetString()!;
            if (FindEndpoint(sample.RootElement) is { } endpoint)
            {
                count++;
                Compare(endpoint, sample.RootElement, Read(Path.Combine(folder, file)), file, differences);
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
        Assert.InRange(count, 25, 133);
    }

    private static ProviderEndpoint? FindEndpoint(JsonElement sample)
    {
        var path = sample.GetProperty("path").GetString()!.Split('?')[0];
        var method = sample.GetProperty("method").GetString()!.ToUpperInvariant();
        return ProviderCatalog.Default.TryFind(sample.GetProperty("host").GetString(), out var provider)
            && provider.TryMatch(method, path, out var endpoint, out _)
            && endpoint.Format == ApiFormat.Fields
            ? endpoint
            : null;
    }

    private static void Compare(ProviderEndpoint endpoint, JsonElement sample, byte[] body, string file, StringBuilder differences)
    {
        var expected = sample.GetProperty("expected");
        var type = sample.GetProperty("response_content_type").GetString()!;
        var framing = type.StartsWith("text/event-stream", StringComparison.Ordinal) ? ResponseFraming.Sse
            : type.StartsWith("application/json", StringComparison.Ordinal) ? ResponseFraming.Json
            : ResponseFraming.Opaque;
        foreach (var size in (int[])[1, 7, int.MaxValue])
        {
            var scanner = new ResponseScanner();
            scanner.Reset(endpoint.Format, framing, endpoint.Fields);
            foreach (var header in sample.GetProperty("response_headers").EnumerateObject())
            {
                if (endpoint.Headers.TryGetValue(header.Name, out var role))
                {
                    scanner.TakeHeader(role, header.Value.GetString());
                }
            }

            for (var at = 0; at < body.Length; at += Math.Min(size, body.Length))
            {
                scanner.Scan(body.AsSpan(at, Math.Min(size, body.Length - at)));
            }

            scanner.EndOfBody();
            var usage = CallUsage.Complete(endpoint, RequestOf(endpoint, sample), scanner);
            Compare($"{file} by {size}", expected, usage, scanner, differences);
        }
    }

    private static RequestFacts RequestOf(ProviderEndpoint endpoint, JsonElement sample)
    {
        var hint = sample.GetProperty("request_body_hint");
        var body = hint.ValueKind == JsonValueKind.Object ? Encoding.UTF8.GetBytes(hint.GetRawText()) : [];
        return RequestReading.Read(endpoint, body, "application/json", out var facts) == PeekOutcome.Ok ? facts : default;
    }

    private static void Compare(string name, JsonElement expected, Usage usage, ResponseScanner scanner, StringBuilder differences)
    {
        void Check(string what, decimal actual, params string[] names)
        {
            var wanted = names.Select(field => NumberOf(expected, field)).FirstOrDefault(value => value is not null) ?? 0;
            if (actual != wanted)
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"{name}: {what} is {actual}, not {wanted}; {usage}");
            }
        }

        const decimal million = 1_000_000;
        if (usage.Certainty != UsageCertainty.Partial)
        {
            Check("input", usage.InputTokens, "input_tokens");
        }

        Check("output", usage.OutputTokens, "output_tokens");
        Check("cached", usage.CachedInputTokens, "cached_input_tokens");
        Check("reasoning", usage.ReasoningOutputTokens, "reasoning_tokens");
        Check("image output", usage.ImageOutputTokens, "image_output_tokens");
        Check("images", usage.Images, "images");
        Check("characters", usage.InputCharacters, "input_characters");
        Check("output seconds", usage.OutputMicroseconds / million, "output_seconds");
        Check("units", usage.ProviderMicrounits / million, "billed_credits", "billed_units", "compute_seconds", "search_units");
        if (!LengthUnknown.Contains(name.Split(' ')[0]))
        {
            Check("input seconds", usage.InputMicroseconds / million, "input_seconds");
        }

        if (expected.TryGetProperty("search_requests", out _))
        {
            Check("searches", usage.WebSearches, "search_requests");
        }

        Check("failed", scanner.IsError ? 1 : 0, "failed");
        var cost = usage.ProviderCost is { } money ? decimal.Parse(money.ToString(), CultureInfo.InvariantCulture) : 0;
        Check("cost", cost, "provider_cost_usd");
        if (expected.TryGetProperty("model", out var model) && !scanner.Model.IsEmpty)
        {
            Assert.Equal(model.GetString(), Encoding.UTF8.GetString(scanner.Model));
        }
    }

    private static decimal? NumberOf(JsonElement expected, string name) =>
        !expected.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDecimal()
        : value.ValueKind == JsonValueKind.True ? 1
        : null;

    private static byte[] Read(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var inflated = new MemoryStream();
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        gzip.CopyTo(inflated);
        return inflated.ToArray();
    }
}
