namespace Lava.Metering.Scanning;

/// <summary>The normal form of Bedrock's own counts, whose input is what was neither read from a cache nor written to one.</summary>
internal static class BedrockUsage
{
    /// <summary>The usage.</summary>
    /// <param name="tally">The counts.</param>
    /// <param name="facts">How far the answer was read.</param>
    /// <param name="isFinal">Are the counts the last ones, of an answer that is no error?</param>
    public static Usage From(in UsageTally tally, ResponseFacts facts, bool isFinal)
    {
        if (tally.IsInsane || !tally.HasAny)
        {
            return UsageBounds.Unknown(facts, tally.IsInsane);
        }

        var split = tally[Count.CacheWrite5m] + tally[Count.CacheWrite1h];
        var written = tally.Has(Count.CacheWrite) ? tally[Count.CacheWrite] : split;
        return UsageBounds.Apply(
            new Usage
            {
                InputTokens = tally[Count.Input] + tally[Count.Cached] + written,
                OutputTokens = tally[Count.Output],
                CachedInputTokens = tally[Count.Cached],
                CacheWriteInputTokens = written,
                CacheWrite1hInputTokens = tally[Count.CacheWrite1h],
                Images = tally[Count.Images],
            },
            isFinal);
    }
}
