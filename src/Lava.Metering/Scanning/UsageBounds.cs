namespace Lava.Metering.Scanning;

/// <summary>Makes a usage safe to price: a part is never more than the whole that it is part of.</summary>
internal static class UsageBounds
{
    /// <summary>The usage with its parts cut to their wholes, and with its certainty.</summary>
    public static Usage Apply(Usage usage, bool isExact)
    {
        if (usage.InputTokens > Usage.MaxCount || usage.OutputTokens > Usage.MaxCount)
        {
            return new Usage { Reason = UsageReason.Malformed };
        }

        usage.CachedInputTokens = Math.Min(usage.CachedInputTokens, usage.InputTokens);

        // OpenRouter has sent 2,161 read and 2,161 written of 2,168: what was read was not written.
        usage.CacheWriteInputTokens = Math.Min(usage.CacheWriteInputTokens, usage.InputTokens - usage.CachedInputTokens);
        usage.CacheWrite1hInputTokens = Math.Min(usage.CacheWrite1hInputTokens, usage.CacheWriteInputTokens);
        usage.CachedAudioInputTokens = Math.Min(usage.CachedAudioInputTokens, usage.CachedInputTokens);
        usage.AudioInputTokens = Math.Min(usage.AudioInputTokens, usage.InputTokens);
        usage.ImageInputTokens = Math.Min(usage.ImageInputTokens, usage.InputTokens);
        usage.ReasoningOutputTokens = Math.Min(usage.ReasoningOutputTokens, usage.OutputTokens);
        usage.AudioOutputTokens = Math.Min(usage.AudioOutputTokens, usage.OutputTokens);
        usage.ImageOutputTokens = Math.Min(usage.ImageOutputTokens, usage.OutputTokens);
        usage.Certainty = isExact ? UsageCertainty.Exact : UsageCertainty.Partial;
        usage.Reason = isExact ? UsageReason.None : UsageReason.Cut;
        return usage;
    }

    /// <summary>The usage of a response that told none, or none to be trusted, with the reason.</summary>
    /// <param name="facts">What else it told.</param>
    /// <param name="isMalformed">Was a count no number, or out of range?</param>
    /// <param name="isFinished">Did it say that it is complete, in another way than by the format's last word?</param>
    public static Usage Unknown(ResponseFacts facts, bool isMalformed, bool isFinished = false)
    {
        var isWhole = facts.IsTerminal || isFinished || (facts.HasEnded && (facts.IsEmpty || facts.IsError));
        var reason = isWhole && !facts.IsCut ? UsageReason.Missing : UsageReason.Cut;
        reason = facts.IsDamaged ? UsageReason.Unreadable : reason;
        return new Usage { Reason = isMalformed ? UsageReason.Malformed : reason };
    }
}
