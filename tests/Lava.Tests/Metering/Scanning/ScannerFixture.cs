using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>What a fixture file says, in short: counts that are 0 are left out.</summary>
public sealed partial record ScannerFixture(
    string File,
    ApiFormat Format,
    UsageCertainty Certainty,
    string Model,
    Usage Usage,
    long Text,
    bool IsError = false,
    UsageReason Reason = UsageReason.None,
    ServiceTier Tier = ServiceTier.Standard,
    bool IsRegional = false)
{
    /// <summary>The usage by model, where several did the call.</summary>
    public ModelUsage[] ByModel { get; init; } = [];

    /// <summary>All of them.</summary>
    public static readonly ScannerFixture[] All = [.. Chat(), .. Responses(), .. Anthropic(), .. Gemini(), .. Traps()];

    public static TheoryData<string> Names => [.. All.Select(fixture => fixture.File)];

    public ResponseFraming Framing => File.EndsWith(".sse", StringComparison.Ordinal) ? ResponseFraming.Sse : ResponseFraming.Json;

    public byte[] Bytes => System.IO.File.ReadAllBytes(PathOf(File));

    public static ScannerFixture Find(string file) => All.Single(fixture => fixture.File == file);

    /// <summary>Makes a scanner expect it.</summary>
    public void Begin(ResponseScanner scanner) => scanner.Reset(Format, Framing);

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Metering", "Scanning", "Fixtures", file);

    public static string Describe(ResponseScanner scanner) =>
        $"{scanner.Usage} {Encoding.UTF8.GetString(scanner.Model)} {Encoding.UTF8.GetString(scanner.ResponseId)} " +
        $"{scanner.IsTerminal} {scanner.IsError} {scanner.OutputTextBytes} {scanner.ServiceTier} {scanner.IsRegional} " +
        string.Join(", ", scanner.ByModel);

    private static IEnumerable<ScannerFixture> Chat()
    {
        var full = new Usage
        {
            InputTokens = 120,
            OutputTokens = 30,
            CachedInputTokens = 64,
            CacheWriteInputTokens = 16,
            AudioInputTokens = 8,
            ImageInputTokens = 4,
            ReasoningOutputTokens = 12,
            AudioOutputTokens = 6,
        };

        // "Café", " 你\n", and the arguments {"usage":{"prompt_tokens":9}}.
        const long text = 5 + 5 + 29;
        const string model = "gpt-9-2026-01-01";
        yield return Exact("chat-stream.sse", model, full, text);
        yield return Exact("chat-stream-crlf.sse", model, full, text);
        yield return Exact("chat-stream-cr.sse", model, full, text);
        yield return Exact("chat-stream-no-done.sse", model, full, text);
        yield return Exact("chat-stream-torture.sse", model, full, 5);
        yield return Exact("chat-stream-mixed.sse", model, full, 10);
        yield return Exact("chat-stream-azure.sse", model, full, text);
        yield return Exact("chat-stream-fake-usage.sse", model, full, 59 + 5);
        yield return new("chat-stream-no-usage.sse", ApiFormat.OpenAiChat, UsageCertainty.Unknown, model, default, text,
            Reason: UsageReason.Missing);
        yield return Exact("chat-stream-last-chunk.sse", "chat-r",
            new() { InputTokens = 50, OutputTokens = 9, CachedInputTokens = 48, ReasoningOutputTokens = 4 }, 5);
        yield return Exact("chat-stream-choice-usage.sse", "kimi-x",
            new() { InputTokens = 19, OutputTokens = 13, CachedInputTokens = 5 }, 1);
        yield return Exact("chat-stream-groq.sse", "llama-x", new() { InputTokens = 21, OutputTokens = 3 }, 1);
        yield return Exact("chat-stream-continuous.sse", "v-1", new() { InputTokens = 10, OutputTokens = 3 }, 2);
        yield return Exact("chat-stream-xai.sse", "grok-x",
            new()
            {
                InputTokens = 12,
                OutputTokens = 291,
                CachedInputTokens = 11,
                ReasoningOutputTokens = 290,
                ProviderCost = new(1466250),
            }, 1);
        yield return new("chat-stream-error.sse", ApiFormat.OpenAiChat, UsageCertainty.Unknown, "llama-x", default, 1, IsError: true,
            Reason: UsageReason.Missing);
        yield return new("chat-stream-error-chunk.sse", ApiFormat.OpenAiChat, UsageCertainty.Unknown, "m", default, 1, IsError: true,
            Reason: UsageReason.Missing);
        yield return Exact("chat.json", "gpt-9/mini",
            new() { InputTokens = 120, OutputTokens = 30, ReasoningOutputTokens = 12, ProviderCost = new(113000) }, 27);
        yield return Exact("completion.json", "legacy-1", new() { InputTokens = 5, OutputTokens = 2 }, 8);
        yield return Exact("embeddings.json", "embed-1", new() { InputTokens = 8 }, 0);
        yield return new("chat-error.json", ApiFormat.OpenAiChat, UsageCertainty.Unknown, "", default, 0, IsError: true,
            Reason: UsageReason.Missing);
        yield return new("chat-base-response.json", ApiFormat.OpenAiChat, UsageCertainty.Exact, "", default, 0, IsError: true);
    }

    private static IEnumerable<ScannerFixture> Responses()
    {
        var usage = new Usage
        {
            InputTokens = 300,
            OutputTokens = 70,
            CachedInputTokens = 128,
            CacheWriteInputTokens = 32,
            ReasoningOutputTokens = 40,
        };
        const ApiFormat format = ApiFormat.OpenAiResponses;
        yield return new("responses-stream.sse", format, UsageCertainty.Exact, "gpt-9", usage with { WebSearches = 2 }, 11);
        yield return new("responses-stream-incomplete.sse", format, UsageCertainty.Exact, "gpt-9", usage, 0);
        yield return new("responses-stream-failed.sse", format, UsageCertainty.Unknown, "gpt-9", default, 0, IsError: true,
            Reason: UsageReason.Missing);
        yield return new("responses.json", format, UsageCertainty.Exact, "gpt-9", usage with { WebSearches = 2 }, 11);
        yield return new("responses-queued.json", format, UsageCertainty.Unknown, "gpt-9", default, 0,
            Reason: UsageReason.Missing);
    }

    private static IEnumerable<ScannerFixture> Anthropic()
    {
        var usage = new Usage
        {
            InputTokens = 3210,
            OutputTokens = 45,
            CachedInputTokens = 3000,
            CacheWriteInputTokens = 200,
            CacheWrite1hInputTokens = 50,
            ReasoningOutputTokens = 20,
        };

        // Hello "usage", {"usage":{"output_tokens":9}} and hmm.
        const long text = 13 + 29 + 3;
        const ApiFormat format = ApiFormat.AnthropicMessages;
        yield return new("anthropic-stream.sse", format, UsageCertainty.Exact, "claude-9", usage, text);
        yield return new("anthropic-stream-start-twice.sse", format, UsageCertainty.Exact, "claude-9", usage, text);
        yield return new("anthropic-stream-server-tools.sse", format, UsageCertainty.Exact, "claude-9",
            new()
            {
                InputTokens = 3600,
                OutputTokens = 60,
                CachedInputTokens = 2500,
                CacheWriteInputTokens = 200,
                CacheWrite1hInputTokens = 50,
                WebSearches = 2,
            }, text);
        var summed = new Usage
        {
            InputTokens = 5320,
            OutputTokens = 88,
            CachedInputTokens = 5000,
            CacheWriteInputTokens = 40,
            CacheWrite1hInputTokens = 40,
        };
        yield return new("anthropic-stream-iterations.sse", format, UsageCertainty.Exact, "claude-9", summed, 0)
        {
            ByModel = [Part("claude-9", summed), Part("claude-8", new() { InputTokens = 700, OutputTokens = 30 })],
        };
        yield return new("anthropic-stream-fallback.sse", format, UsageCertainty.Exact, "claude-8",
            new() { InputTokens = 400, OutputTokens = 50 }, 0);
        yield return new("anthropic-stream-error.sse", format, UsageCertainty.Partial, "claude-9",
            usage with { OutputTokens = 2, ReasoningOutputTokens = 0 }, 13, IsError: true, Reason: UsageReason.Cut);
        yield return new("anthropic.json", format, UsageCertainty.Exact, "claude-9",
            new() { InputTokens = 40, OutputTokens = 5, CachedInputTokens = 30 }, 2);
        yield return new("anthropic-error.json", format, UsageCertainty.Unknown, "", default, 0, IsError: true,
            Reason: UsageReason.Missing);
    }

    private static IEnumerable<ScannerFixture> Gemini()
    {
        var usage = new Usage
        {
            InputTokens = 109,
            OutputTokens = 32,
            CachedInputTokens = 40,
            ReasoningOutputTokens = 20,
            AudioInputTokens = 14,
            ImageInputTokens = 5,
            ImageOutputTokens = 7,
        };
        const ApiFormat format = ApiFormat.Gemini;
        yield return new("gemini-stream.sse", format, UsageCertainty.Exact, "gemini-9", usage, 3 + 24 + 4);
        yield return new("gemini-stream-array.json", format, UsageCertainty.Exact, "gemini-9", usage, 3 + 24 + 4);
        yield return new("gemini.json", format, UsageCertainty.Exact, "gemini-9", usage, 4);
        yield return new("gemini-blocked.json", format, UsageCertainty.Exact, "gemini-9", new() { InputTokens = 12 }, 0);
        yield return new("gemini-inclusive.json", format, UsageCertainty.Exact, "gemini-9",
            new() { InputTokens = 10, OutputTokens = 30, ReasoningOutputTokens = 20 }, 1);
        yield return new("gemini-error-array.json", format, UsageCertainty.Unknown, "", default, 0, IsError: true,
            Reason: UsageReason.Missing);
    }

    private static ModelUsage Part(string model, Usage usage) => new(model, usage with { Certainty = UsageCertainty.Exact });

    private static ScannerFixture Exact(string file, string model, Usage usage, long text) =>
        new(file, ApiFormat.OpenAiChat, UsageCertainty.Exact, model, usage, text);
}
