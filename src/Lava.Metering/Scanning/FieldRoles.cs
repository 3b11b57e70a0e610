namespace Lava.Metering.Scanning;

/// <summary>The counts that roles stand for.</summary>
internal static class FieldRoles
{
    /// <summary>The count of a role; false where the role is none of a number.</summary>
    public static bool TryGetCount(FieldRole role, out Count count)
    {
        (var isCount, count) = role switch
        {
            FieldRole.InputTokens or FieldRole.UncachedInputTokens => (true, Count.Input),
            FieldRole.ToolInputTokens => (true, Count.ToolInput),
            FieldRole.CachedInputTokens => (true, Count.Cached),
            FieldRole.CacheWriteInputTokens => (true, Count.CacheWrite),
            FieldRole.AudioInputTokens => (true, Count.AudioInput),
            FieldRole.ImageInputTokens => (true, Count.ImageInput),
            FieldRole.OutputTokens => (true, Count.Output),
            FieldRole.ReasoningTokens or FieldRole.HiddenReasoningTokens => (true, Count.Reasoning),
            FieldRole.AudioOutputTokens => (true, Count.AudioOutput),
            FieldRole.ImageOutputTokens => (true, Count.ImageOutput),
            FieldRole.TotalTokens => (true, Count.Total),
            FieldRole.Images => (true, Count.Images),
            FieldRole.Pages => (true, Count.Pages),
            FieldRole.WebSearches => (true, Count.WebSearches),
            FieldRole.InputCharacters => (true, Count.InputCharacters),
            FieldRole.OutputCharacters => (true, Count.OutputCharacters),
            FieldRole.InputSeconds => (true, Count.InputSeconds),
            FieldRole.OutputSeconds => (true, Count.OutputSeconds),
            FieldRole.ProviderUnits => (true, Count.ProviderUnits),
            _ => (false, default),
        };
        return isCount;
    }
}
