namespace Lava.Metering;

/// <summary>The counts of a usage in the order in which they are stored: append, never reorder.</summary>
internal static class UsageCounts
{
    public const int Length = 19;

    public static void CopyTo(in Usage usage, Span<long> counts)
    {
        counts[0] = usage.InputTokens;
        counts[1] = usage.OutputTokens;
        counts[2] = usage.CachedInputTokens;
        counts[3] = usage.CacheWriteInputTokens;
        counts[4] = usage.CacheWrite1hInputTokens;
        counts[5] = usage.ReasoningOutputTokens;
        counts[6] = usage.AudioInputTokens;
        counts[7] = usage.AudioOutputTokens;
        counts[8] = usage.ImageInputTokens;
        counts[9] = usage.ImageOutputTokens;
        counts[10] = usage.Images;
        counts[11] = usage.WebSearches;
        counts[12] = usage.Pages;
        counts[13] = usage.InputCharacters;
        counts[14] = usage.OutputCharacters;
        counts[15] = usage.InputMicroseconds;
        counts[16] = usage.OutputMicroseconds;
        counts[17] = usage.CachedAudioInputTokens;
        counts[18] = usage.ProviderMicrounits;
    }

    public static Usage From(ReadOnlySpan<long> counts) => new()
    {
        InputTokens = counts[0],
        OutputTokens = counts[1],
        CachedInputTokens = counts[2],
        CacheWriteInputTokens = counts[3],
        CacheWrite1hInputTokens = counts[4],
        ReasoningOutputTokens = counts[5],
        AudioInputTokens = counts[6],
        AudioOutputTokens = counts[7],
        ImageInputTokens = counts[8],
        ImageOutputTokens = counts[9],
        Images = counts[10],
        WebSearches = counts[11],
        Pages = counts[12],
        InputCharacters = counts[13],
        OutputCharacters = counts[14],
        InputMicroseconds = counts[15],
        OutputMicroseconds = counts[16],
        CachedAudioInputTokens = counts[17],
        ProviderMicrounits = counts[18],
    };
}
