namespace Lava.Metering.Scanning;

/// <summary>Makes a usage safe to price: a part is never more than the whole that it is part of.</summary>
internal static class UsageBounds
{
    /// <summary>The usage with its parts cut to their wholes, and with its certainty.</summary>
    public static Usage Apply(Usage usage, bool isExact)
    {
        if (usage.InputTokens > Usage.MaxCount || usage.OutputTokens > Usage.MaxCount)
        {
            return default;
        }

        usage.CachedInputTokens = Math.Min(usage.CachedInputTokens, usage.InputTokens);

        // OpenRouter has sent 2,161 read and 2,161 written of 2,168: what was read was not written.
        usage.CacheWriteInputTokens = Math.Min(usage.CacheWriteInputTokens, usage.InputTokens - usage.CachedInputTokens);
        usage.CacheWrite1hInputTokens = Math.Min(usage.CacheWrite1hInputTokens, usage.CacheWriteInputTokens);
        usage.AudioInputTokens = Math.Min(usage.AudioInputTokens, usage.InputTokens);
        usage.ImageInputTokens = Math.Min(usage.ImageInputTokens, usage.InputTokens);
        usage.ReasoningOutputTokens = Math.Min(usage.ReasoningOutputTokens, usage.OutputTokens);
        usage.AudioOutputTokens = Math.Min(usage.AudioOutputTokens, usage.OutputTokens);
        usage.ImageOutputTokens = Math.Min(usage.ImageOutputTokens, usage.OutputTokens);
        usage.Certainty = isExact ? UsageCertainty.Exact : UsageCertainty.Partial;
        return usage;
    }
}
