using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Recorded responses of real providers. They are not part of the repository: without them the test has nothing to say.</summary>
public sealed class SampleResponsesTests
{
    // Their figures are compared by FieldSamplesTests and NativeSamplesTests; the free ones have none. Here they are fed in pieces and cut.
    private static readonly HashSet<string> OtherFamilies =
    [
        "openai-image-gpt2-stream.sse", "openai-transcription-duration.json", "openai-speech.mp3.bin", "openai-moderation.json",
        "vertex-embedding-predict.json", "gemini-embed-no-usage.json", "gemini-count-tokens.json",
        "bedrock-converse-cache-read.json", "bedrock-converse-cache-write.json", "bedrock-converse-stream.eventstream",
        "bedrock-invoke-titan-stream.eventstream", "bedrock-converse-broken.bin", "bedrock-invoke-llama.json",
        "bedrock-embed-headers-only.json",
        "cohere-v2-stream.sse", "cohere-v2-cached.sse", "cohere-rerank.json", "voyage-rerank.json",
        "mistral-transcription.json", "groq-transcription.txt", "dashscope-native-stream.sse", "ollama-chat.ndjson", "minimax-tts.json",
        "replicate-prediction.json.gz", "replicate-stream-multiline.sse", "elevenlabs-stt.json", "elevenlabs-tts.mp3.bin",
        "deepgram-listen.json", "deepgram-speak.bin", "assemblyai-submit.json", "assemblyai-transcript.json", "cartesia-stt.json",
        "gladia-result.json", "fal-image.json", "fal-queue-submit.json", "bfl-submit.json", "stability-image.json", "runway-task.json",
        "luma-generation.json", "tavily-search.json", "tavily-search-usage.json", "exa-search.json", "serper-search.json",
        "firecrawl-scrape.json",
    ];

    // Their model stands in the path; the body's name is another or none.
    private static readonly HashSet<string> ModelInPath =
        ["vertex-embedcontent.json", "vertex-anthropic-rawpredict.sse", "bedrock-invoke-anthropic-cache.json"];

    [Fact]
    public void Scan_RecordedResponses_ExpectedUsageAndModel()
    {
        var differences = new StringBuilder();
        foreach (var sample in Samples().Where(sample => !OtherFamilies.Contains(sample.File)))
        {
            var scanner = new ResponseScanner();
            Begin(scanner, sample);
            scanner.Scan(sample.Body);
            scanner.EndOfBody();
            Compare(sample.File, sample.Expected, scanner, differences);
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    [Fact]
    public void Scan_RecordedResponsesInPieces_SameAsWhole()
    {
        var random = new Random(1);
        foreach (var sample in Samples())
        {
            var scanner = new ResponseScanner();
            string Describe(Func<int, int> next)
            {
                Begin(scanner, sample);
                for (var at = 0; at < sample.Body.Length;)
                {
                    var end = Math.Clamp(next(at), at + 1, sample.Body.Length);
                    scanner.Scan(sample.Body.AsSpan(at, end - at));
                    at = end;
                }

                scanner.EndOfBody();
                return ScannerFixture.Describe(scanner);
            }

            var whole = Describe(_ => sample.Body.Length);
            Assert.Equal(whole, Describe(at => at + 1));
            for (var round = 0; round < 10; round++)
            {
                Assert.Equal(whole, Describe(at => at + random.Next(1, 200)));
            }

            for (var split = 1; split < sample.Body.Length; split++)
            {
                var pieces = Describe(at => at < split ? split : sample.Body.Length);
                Assert.True(whole == pieces, $"{sample.File} split at {split}: {pieces} instead of {whole}");
            }
        }
    }

    /// <summary>
    /// A family's last word ([DONE], a chunk without choices, the last event, the end of the JSON) makes it exact, and only with the
    /// figures of the whole: a cut before it is not exact.
    /// </summary>
    [Fact]
    public void Scan_RecordedResponsesCut_ExactOnlyWithTheWholeBill()
    {
        foreach (var sample in Samples())
        {
            var scanner = new ResponseScanner();
            Begin(scanner, sample);
            scanner.Scan(sample.Body);
            scanner.EndOfBody();
            var whole = scanner.Usage;
            for (var cut = 0; cut < sample.Body.Length; cut++)
            {
                Begin(scanner, sample);
                scanner.Scan(sample.Body.AsSpan(0, cut));
                var usage = scanner.Usage;
                var isHonest = usage.Certainty != UsageCertainty.Exact || usage == whole;
                Assert.True(isHonest, $"{sample.File} cut at {cut}: {usage} instead of {whole}");
                scanner.EndOfBody();
                usage = scanner.Usage;
                isHonest = usage.Certainty != UsageCertainty.Exact || usage == whole;
                Assert.True(isHonest, $"{sample.File} ended at {cut}: {usage} instead of {whole}");
            }
        }
    }

    private static IEnumerable<Sample> Samples()
    {
        if (FindSamples() is not { } folder)
        {
            yield break;
        }

        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement.Clone();
            var file = row.GetProperty("file").GetString()!;
            yield return new Sample(file, row, Match(row), Read(Path.Combine(folder, file)));
        }
    }

    private static ProviderEndpoint Match(JsonElement row)
    {
        // The one on the operator's own machine speaks as the public one does.
        var host = row.GetProperty("host").GetString() is var named && named == "127.0.0.1:11434" ? "ollama.com" : named;
        var path = row.GetProperty("path").GetString()!.Split('?')[0];
        Assert.True(ProviderCatalog.Default.TryFind(host, out var provider), host);
        provider!.TryMatch(row.GetProperty("method").GetString()!.ToUpperInvariant(), path, out var endpoint, out _);
        return endpoint;
    }

    private static void Begin(ResponseScanner scanner, Sample sample)
    {
        var contentType = sample.Row.GetProperty("response_content_type").GetString() ?? "";
        scanner.Reset(sample.Endpoint.Format, ResponseFramings.Of(contentType), sample.Endpoint.Fields);
        foreach (var header in sample.Row.GetProperty("response_headers").EnumerateObject())
        {
            if (sample.Endpoint.Headers.TryGetValue(header.Name, out var role))
            {
                scanner.TakeHeader(role, header.Value.GetString());
            }
        }
    }

    private static void Compare(string file, JsonElement expected, ResponseScanner scanner, StringBuilder differences)
    {
        void Check(string name, object? actual, object? wanted)
        {
            if (!Equals(actual, wanted))
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"{file}: {name} is {actual}, not {wanted}");
            }
        }

        void CheckWhereTold(string member, long actual)
        {
            if (expected.TryGetProperty(member, out _))
            {
                Check(member, actual, CountOf(expected, member));
            }
        }

        var usage = scanner.Usage;
        Check("input", usage.InputTokens, CountOf(expected, "input_tokens"));
        Check("output", usage.OutputTokens, CountOf(expected, "output_tokens"));
        Check("cached", usage.CachedInputTokens, CountOf(expected, "cached_input_tokens"));
        Check("cache write", usage.CacheWriteInputTokens, CountOf(expected, "cache_write_tokens"));
        Check("reasoning", usage.ReasoningOutputTokens, CountOf(expected, "reasoning_tokens"));
        Check("audio in", usage.AudioInputTokens, CountOf(expected, "audio_input_tokens"));
        Check("audio out", usage.AudioOutputTokens, CountOf(expected, "audio_output_tokens"));
        CheckWhereTold("cache_write_5m_tokens", usage.CacheWriteInputTokens - usage.CacheWrite1hInputTokens);
        CheckWhereTold("cache_write_1h_tokens", usage.CacheWrite1hInputTokens);
        CheckWhereTold("image_input_tokens", usage.ImageInputTokens);
        CheckWhereTold("image_output_tokens", usage.ImageOutputTokens);
        CheckWhereTold("web_search_requests", usage.WebSearches);
        if (expected.TryGetProperty("service_tier", out var named))
        {
            Assert.True(ServingNames.TryGetTier(Encoding.UTF8.GetBytes(named.GetString()!), out var tier), file);
            Check("tier", scanner.ServiceTier, tier);
        }

        if (expected.TryGetProperty("by_model", out var parts))
        {
            var wanted = parts.EnumerateArray().Select(part =>
                (part.GetProperty("model").GetString(), CountOf(part, "input_tokens"), CountOf(part, "output_tokens")));
            var actual = scanner.ByModel.Select(part => ((string?)part.Model, part.Usage.InputTokens, part.Usage.OutputTokens));
            Check("by model", string.Join(", ", actual), string.Join(", ", wanted));
        }

        var hasModel = expected.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String;
        if (hasModel && !ModelInPath.Contains(file))
        {
            Check("model", Encoding.UTF8.GetString(scanner.Model), model.GetString());
        }

        CompareEnd(expected, scanner, Check);
    }

    private static void CompareEnd(JsonElement expected, ResponseScanner scanner, Action<string, object?, object?> check)
    {
        var usage = scanner.Usage;
        var isMissing = expected.TryGetProperty("usage_missing", out _);
        var isFailed = expected.TryGetProperty("failed", out _);
        var isPartial = expected.TryGetProperty("partial", out _);
        check("error", scanner.IsError, isFailed);
        if (!isFailed || isMissing || isPartial)
        {
            var certainty = isMissing ? UsageCertainty.Unknown : isPartial ? UsageCertainty.Partial : UsageCertainty.Exact;
            check("certainty", usage.Certainty, certainty);
            var reason = isPartial ? UsageReason.Cut : isMissing ? UsageReason.Missing : UsageReason.None;
            check("reason", usage.Reason, reason);
        }

        if (expected.TryGetProperty("provider_cost_usd", out var cost))
        {
            decimal? own = usage.ProviderCost is { } money ? decimal.Parse(money.ToString(), CultureInfo.InvariantCulture) : null;
            check("cost", own, cost.GetDecimal());
        }
    }

    private static long CountOf(JsonElement expected, string name) =>
        expected.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

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

    internal static string? FindSamples()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var samples = Path.Combine(folder.FullName, "shared", "samples");
            if (File.Exists(Path.Combine(samples, "manifest.jsonl")))
            {
                return samples;
            }
        }

        return null;
    }

    private sealed record Sample(string File, JsonElement Row, ProviderEndpoint Endpoint, byte[] Body)
    {
        public JsonElement Expected => Row.GetProperty("expected");
    }
}
