using Lava.Metering;

namespace Lava.Tests.Metering.Scanning;

/// <content>Where providers differ from what their family does, one by one.</content>
public sealed partial record ScannerFixture
{
    private static IEnumerable<ScannerFixture> Traps() =>
        [.. Hosts(), .. Searches(), .. SeveralModels(), .. Lies(), .. Errors(), .. Agents(), .. Fast(), .. Google()];

    private static IEnumerable<ScannerFixture> Hosts()
    {
        yield return Exact("chat-stream-tier.sse", "m-9", new() { InputTokens = 4, OutputTokens = 5 }, 5) with
        {
            Tier = ServiceTier.Priority,
        };
        yield return Exact("chat-stream-two-members.sse", "m-9", new() { InputTokens = 4, OutputTokens = 2 }, 4);
        yield return Exact("chat-stream-cited.sse", "sonar-x", new() { InputTokens = 11, OutputTokens = 3 }, 3);
        yield return Exact("chat-mixed-shape.json", "m-9", new() { InputTokens = 21, OutputTokens = 8 }, 3);
        yield return Exact("chat-relay-zeros.json", "m-9", new() { InputTokens = 21, OutputTokens = 8 }, 2);
        yield return Exact("chat-stream-run.sse", "gpt-9",
            new() { InputTokens = 150, OutputTokens = 15, CachedInputTokens = 64 }, 0);
        yield return new("chat-stream-run-cut.sse", ApiFormat.OpenAiChat, UsageCertainty.Partial, "gpt-9",
            new() { InputTokens = 150, OutputTokens = 15 }, 0, Reason: UsageReason.Cut);
        yield return Exact("chat-rerank.json", "rerank-x", new() { InputTokens = 57 }, 0);
        yield return Exact("chat-cached-audio.json", "m-9",
            new()
            {
                InputTokens = 100,
                OutputTokens = 10,
                CachedInputTokens = 60,
                AudioInputTokens = 50,
                CachedAudioInputTokens = 35,
                ImageInputTokens = 10,
                AudioOutputTokens = 6,
            }, 2);
        yield return Exact("chat-traffic-type.json", "m-9", new() { InputTokens = 10, OutputTokens = 5 }, 2) with
        {
            Tier = ServiceTier.Priority,
        };
        yield return Exact("chat-stream-after-done.sse", "m-9", new() { InputTokens = 12, OutputTokens = 3 }, 2);
        yield return Exact("chat-floats.json", "m-9", new() { InputTokens = 12, OutputTokens = 3 }, 2);
        yield return Exact("chat-zero.json", "m-9", default, 0);
        yield return Exact("chat-num-cached.json", "m-9",
            new() { InputTokens = 64, OutputTokens = 6, CachedInputTokens = 32 }, 2);
        yield return Exact("chat-cache-hit.json", "m-9",
            new() { InputTokens = 900, OutputTokens = 60, CachedInputTokens = 800, ReasoningOutputTokens = 25 }, 2);
    }

    private static IEnumerable<ScannerFixture> Searches()
    {
        yield return Exact("chat-research.json", "sonar-r",
            new()
            {
                InputTokens = 1933,
                OutputTokens = 7700,
                ReasoningOutputTokens = 7000,
                WebSearches = 18,
                ProviderCost = new(2_500_000_000),
            }, 2);
        var usage = new Usage { InputTokens = 10, OutputTokens = 5 };
        yield return Exact("chat-sources.json", "m-9", usage with { WebSearches = 2, ProviderCost = new(123) }, 2);
        yield return Exact("chat-sources-only.json", "m-9", usage with { WebSearches = 7, ProviderCost = new(0) }, 2);
        yield return Exact("chat-router-search.json", "m-9", usage with { WebSearches = 3, ProviderCost = new(123_456_789) }, 2);
        yield return Exact("chat-search-model.json", "gpt-9-search-preview-2026-01-01", usage with { WebSearches = 1 }, 2);
    }

    private static IEnumerable<ScannerFixture> SeveralModels()
    {
        var usage = new Usage { InputTokens = 300, OutputTokens = 40 };
        ModelUsage[] parts =
        [
            Part("llama-x", new() { InputTokens = 150, OutputTokens = 20 }),
            Part("scout-x", new() { InputTokens = 150, OutputTokens = 20, CachedInputTokens = 50 }),
        ];
        yield return Exact("chat-stream-compound.sse", "groq/compound", usage, 2) with { ByModel = parts };
        yield return Exact("chat-compound.json", "groq/compound", usage, 2) with { ByModel = parts };

        // Nine advisors: with the model that answers, eight are told apart; the last of them takes what is left.
        var own = new Usage { InputTokens = 30, OutputTokens = 3, ReasoningOutputTokens = 2, WebSearches = 1 };
        yield return new("anthropic-advisors.json", ApiFormat.AnthropicMessages, UsageCertainty.Exact, "claude-9", own, 2)
        {
            Tier = ServiceTier.Batch,
            ByModel =
            [
                Part("claude-9", own),
                Part("adv-0", new() { InputTokens = 209, OutputTokens = 9 }),
                .. Enumerable.Range(1, 5).Select(n => Part($"adv-{n}", new() { InputTokens = 100 + n, OutputTokens = n })),
                Part("adv-6", new() { InputTokens = 321, OutputTokens = 21 }),
            ],
        };
    }

    private static IEnumerable<ScannerFixture> Lies()
    {
        const ApiFormat format = ApiFormat.OpenAiChat;
        yield return new("chat-malformed.json", format, UsageCertainty.Unknown, "m-9", default, 2, Reason: UsageReason.Malformed);
        yield return Exact("chat-text-numbers.json", "m-9",
            new() { InputTokens = 10, OutputTokens = 5, CachedInputTokens = 4 }, 2);
        yield return new("chat-stream-cut.sse", format, UsageCertainty.Unknown, "m-9", default, 8, Reason: UsageReason.Cut);
        yield return new("chat-html.json", format, UsageCertainty.Unknown, "", default, 0, Reason: UsageReason.Missing);
    }

    private static IEnumerable<ScannerFixture> Errors()
    {
        const ApiFormat format = ApiFormat.OpenAiChat;
        yield return new("chat-error-array.json", format, UsageCertainty.Unknown, "", default, 0, IsError: true,
            Reason: UsageReason.Missing);
        yield return new("chat-error-kind.json", format, UsageCertainty.Unknown, "", default, 0, IsError: true,
            Reason: UsageReason.Missing);
    }

    private static IEnumerable<ScannerFixture> Agents()
    {
        const ApiFormat format = ApiFormat.OpenAiResponses;
        var usage = new Usage
        {
            InputTokens = 50,
            OutputTokens = 13,
            CachedInputTokens = 5,
            CachedAudioInputTokens = 1,
            ReasoningOutputTokens = 1,
        };
        yield return new("responses-agents.json", format, UsageCertainty.Exact, "gpt-9", usage, 0, Tier: ServiceTier.Flex);
        yield return new("responses-compact.json", format, UsageCertainty.Exact, "",
            new() { InputTokens = 192_000, OutputTokens = 900 }, 0);
        yield return new("responses-stream-tools.sse", format, UsageCertainty.Exact, "gpt-9",
            new() { InputTokens = 50, OutputTokens = 6, WebSearches = 3, ProviderCost = new(777) }, 2, Tier: ServiceTier.Priority);
    }

    private static IEnumerable<ScannerFixture> Fast()
    {
        yield return new("anthropic-stream-fast.sse", ApiFormat.AnthropicMessages, UsageCertainty.Exact, "claude-9",
            new() { InputTokens = 10, OutputTokens = 7 }, 2, Tier: ServiceTier.Fast, IsRegional: true);
    }

    private static IEnumerable<ScannerFixture> Google()
    {
        const ApiFormat format = ApiFormat.Gemini;
        var usage = new Usage { InputTokens = 12, OutputTokens = 3 };
        yield return new("gemini-stream-early-zero.sse", format, UsageCertainty.Exact, "gemini-9", usage, 3, Tier: ServiceTier.Flex);
        yield return new("gemini-stream-grounded.sse", format, UsageCertainty.Exact, "gemini-9", usage with { WebSearches = 3 }, 2);
        yield return new("gemini-2-grounded.json", format, UsageCertainty.Exact, "gemini-2.5-flash", usage with { WebSearches = 1 }, 1,
            Tier: ServiceTier.Priority);
        yield return new("gemini-live.json", format, UsageCertainty.Exact, "",
            new()
            {
                InputTokens = 100,
                OutputTokens = 40,
                CachedInputTokens = 60,
                AudioInputTokens = 80,
                CachedAudioInputTokens = 50,
                AudioOutputTokens = 40,
            }, 0);
        yield return new("gemini-embed.json", format, UsageCertainty.Exact, "", new() { InputTokens = 11 }, 0);
    }
}
