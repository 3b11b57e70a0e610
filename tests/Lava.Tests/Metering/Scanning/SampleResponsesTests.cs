using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Recorded responses of real providers. They are not part of the repository: without them the test has nothing to say.</summary>
public sealed class SampleResponsesTests
{
    // Read by formats that are not built yet: converse and event streams, cohere, predict, dashscope, media, search, jobs.
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
        if (FindSamples() is not { } folder)
        {
            return;
        }

        var differences = new StringBuilder();
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var sample = JsonDocument.Parse(line);
            var file = sample.RootElement.GetProperty("file").GetString()!;
            if (!OtherFamilies.Contains(file))
            {
                Compare(file, sample.RootElement, Read(Path.Combine(folder, file)), differences);
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    private static void Compare(string file, JsonElement sample, byte[] body, StringBuilder differences)
    {
        var format = FormatOf(sample.GetProperty("path").GetString()!);
        Assert.True(format != ApiFormat.None, file);
        var framing = file.EndsWith(".sse", StringComparison.Ordinal) ? ResponseFraming.Sse : ResponseFraming.Json;
        foreach (var size in (int[])[1, 7, int.MaxValue])
        {
            var scanner = new ResponseScanner();
            scanner.Reset(format, framing);
            for (var at = 0; at < body.Length; at += Math.Min(size, body.Length))
            {
                scanner.Scan(body.AsSpan(at, Math.Min(size, body.Length - at)));
            }

            scanner.EndOfBody();
            Compare($"{file} by {size}", sample.GetProperty("expected"), scanner, differences);
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

        var usage = scanner.Usage;
        Check("input", usage.InputTokens, CountOf(expected, "input_tokens"));
        Check("output", usage.OutputTokens, CountOf(expected, "output_tokens"));
        Check("cached", usage.CachedInputTokens, CountOf(expected, "cached_input_tokens"));
        Check("cache write", usage.CacheWriteInputTokens, CountOf(expected, "cache_write_tokens"));
        Check("reasoning", usage.ReasoningOutputTokens, CountOf(expected, "reasoning_tokens"));
        Check("audio in", usage.AudioInputTokens, CountOf(expected, "audio_input_tokens"));
        Check("audio out", usage.AudioOutputTokens, CountOf(expected, "audio_output_tokens"));
        if (expected.TryGetProperty("web_search_requests", out _))
        {
            Check("searches", usage.WebSearches, CountOf(expected, "web_search_requests"));
        }

        var hasModel = expected.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String;
        if (hasModel && !ModelInPath.Contains(file.Split(' ')[0]))
        {
            Check("model", Encoding.UTF8.GetString(scanner.Model), model.GetString());
        }

        var isMissing = expected.TryGetProperty("usage_missing", out _);
        var isFailed = expected.TryGetProperty("failed", out _);
        var isPartial = expected.TryGetProperty("partial", out _);
        Check("error", scanner.IsError, isFailed);
        if (!isFailed || isMissing || isPartial)
        {
            var certainty = isMissing ? UsageCertainty.Unknown : isPartial ? UsageCertainty.Partial : UsageCertainty.Exact;
            Check("certainty", usage.Certainty, certainty);
        }

        if (expected.TryGetProperty("provider_cost_usd", out var cost))
        {
            decimal? own = usage.ProviderCost is { } money ? decimal.Parse(money.ToString(), CultureInfo.InvariantCulture) : null;
            Check("cost", own, cost.GetDecimal());
        }
    }

    private static long CountOf(JsonElement expected, string name) =>
        expected.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static ApiFormat FormatOf(string path)
    {
        if (path.Contains("/responses", StringComparison.Ordinal))
        {
            return ApiFormat.OpenAiResponses;
        }

        if (path.Contains("/messages", StringComparison.Ordinal) || path.Contains("anthropic", StringComparison.Ordinal))
        {
            return ApiFormat.AnthropicMessages;
        }

        if (path.Contains("Content", StringComparison.Ordinal))
        {
            return ApiFormat.Gemini;
        }

        string[] chat = ["/chat", "/embeddings", "/sonar"];
        return chat.Any(part => path.Contains(part, StringComparison.Ordinal)) || path.Contains("chatcompletion", StringComparison.Ordinal)
            ? ApiFormat.OpenAiChat
            : ApiFormat.None;
    }

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
}
