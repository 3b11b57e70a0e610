namespace Lava.Metering;

/// <summary>The counts of a usage that are subsets or extras of its totals, by the names that the API and the database give them.</summary>
public static class UsageDetails
{
    /// <summary>Names in the order in which the API shows them.</summary>
    public static readonly string[] Names =
    [
        "cached_input_tokens",
        "cache_write_input_tokens",
        "cache_write_1h_input_tokens",
        "reasoning_output_tokens",
        "audio_input_tokens",
        "audio_output_tokens",
        "image_input_tokens",
        "image_output_tokens",
        "images",
        "web_searches",
        "pages",
        "cached_audio_input_tokens",
        "provider_microunits",
    ];

    /// <summary>The count at a place of <see cref="Names"/>.</summary>
    public static long Get(in Usage usage, int index) => index switch
    {
        0 => usage.CachedInputTokens,
        1 => usage.CacheWriteInputTokens,
        2 => usage.CacheWrite1hInputTokens,
        3 => usage.ReasoningOutputTokens,
        4 => usage.AudioInputTokens,
        5 => usage.AudioOutputTokens,
        6 => usage.ImageInputTokens,
        7 => usage.ImageOutputTokens,
        8 => usage.Images,
        9 => usage.WebSearches,
        10 => usage.Pages,
        11 => usage.CachedAudioInputTokens,
        12 => usage.ProviderMicrounits,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Is any of them above zero?</summary>
    public static bool Any(in Usage usage)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (Get(usage, i) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sets a count by name; an unknown name, of a later version, is left out.</summary>
    public static void Set(ref Usage usage, string name, long count)
    {
        switch (Array.IndexOf(Names, name))
        {
            case 0:
                usage.CachedInputTokens = count;
                break;
            case 1:
                usage.CacheWriteInputTokens = count;
                break;
            case 2:
                usage.CacheWrite1hInputTokens = count;
                break;
            case 3:
                usage.ReasoningOutputTokens = count;
                break;
            case 4:
                usage.AudioInputTokens = count;
                break;
            case 5:
                usage.AudioOutputTokens = count;
                break;
            case 6:
                usage.ImageInputTokens = count;
                break;
            case 7:
                usage.ImageOutputTokens = count;
                break;
            case 8:
                usage.Images = count;
                break;
            case 9:
                usage.WebSearches = count;
                break;
            case 10:
                usage.Pages = count;
                break;
            case 11:
                usage.CachedAudioInputTokens = count;
                break;
            case 12:
                usage.ProviderMicrounits = count;
                break;
        }
    }
}
