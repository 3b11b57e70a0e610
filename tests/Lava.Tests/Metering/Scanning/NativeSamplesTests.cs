using System.Text;
using System.Text.Json;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Recorded answers of Bedrock, Cohere and Ollama at the shipped table's endpoints. They are not part of the repository.</summary>
public sealed class NativeSamplesTests
{
    [Fact]
    public void Scan_RecordedAnswers_ExpectedUsageInAnyPieces()
    {
        if (SampleResponsesTests.FindSamples() is not { } folder)
        {
            return;
        }

        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var sample = JsonDocument.Parse(line);
            var root = sample.RootElement;
            var file = root.GetProperty("file").GetString()!;
            if (root.GetProperty("provider").GetString() is "bedrock" or "cohere" or "ollama" && !file.Contains("mantle"))
            {
                count++;
                foreach (var size in (int[])[1, 7, 100, int.MaxValue])
                {
                    Compare(file, root, File.ReadAllBytes(Path.Combine(folder, file)), size);
                }
            }
        }

        Assert.Equal(12, count);
    }

    private static void Compare(string file, JsonElement sample, byte[] body, int size)
    {
        var provider = ProviderCatalog.Default.Providers.Single(row => row.Name == sample.GetProperty("provider").GetString());
        var path = sample.GetProperty("path").GetString()!.Replace(":", "%3A", StringComparison.Ordinal);
        Assert.True(provider.TryMatch("POST", path, out var endpoint, out _), path);
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, FramingOf(sample), endpoint.Fields);
        foreach (var header in sample.GetProperty("response_headers").EnumerateObject())
        {
            if (endpoint.Headers.TryGetValue(header.Name, out var role))
            {
                scanner.TakeHeader(role, header.Value.GetString());
            }
        }

        for (var at = 0; at < body.Length; at += Math.Min(size, body.Length - at))
        {
            scanner.Scan(body.AsSpan(at, Math.Min(size, body.Length - at)));
        }

        scanner.EndOfBody();
        var expected = sample.GetProperty("expected");
        var isMissing = expected.TryGetProperty("usage_missing", out _);
        Assert.Equal(
            (file, CountOf(expected, "input_tokens"), CountOf(expected, "output_tokens"),
                CountOf(expected, "cached_input_tokens"), CountOf(expected, "cache_write_tokens"),
                CountOf(expected, "cache_write_1h_tokens"), CountOf(expected, "search_units") * 1_000_000,
                isMissing ? UsageCertainty.Unknown : UsageCertainty.Exact),
            (file, scanner.Usage.InputTokens, scanner.Usage.OutputTokens, scanner.Usage.CachedInputTokens,
                scanner.Usage.CacheWriteInputTokens, scanner.Usage.CacheWrite1hInputTokens, scanner.Usage.ProviderMicrounits,
                scanner.Usage.Certainty));
        Assert.Equal(file.StartsWith("ollama", StringComparison.Ordinal) ? "llama3" : "", Encoding.UTF8.GetString(scanner.Model));
    }

    private static ResponseFraming FramingOf(JsonElement sample) => sample.GetProperty("response_content_type").GetString() switch
    {
        "text/event-stream" => ResponseFraming.Sse,
        "application/x-ndjson" => ResponseFraming.Lines,
        "application/vnd.amazon.eventstream" => ResponseFraming.EventStream,
        _ => ResponseFraming.Json,
    };

    private static long CountOf(JsonElement expected, string name) =>
        expected.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;
}
