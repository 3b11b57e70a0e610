namespace Lava.Metering.Scanning;

/// <summary>What to change in a request body.</summary>
/// <param name="IncludeUsage">Set <c>stream_options.include_usage</c>; only for OpenAI chat streams.</param>
/// <param name="MaxOutputTokens">The most output tokens to set; null: leave it.</param>
/// <param name="LegacyCompletions">OpenAI's older completions, which know only <c>max_tokens</c>.</param>
/// <param name="ModelPrefix">
/// Bytes that stand before <see cref="RequestFacts.Model"/> and go, see <see cref="RequestFacts.WithoutModelPrefix"/>.
/// </param>
public readonly record struct RequestEdit(
    bool IncludeUsage, long? MaxOutputTokens, bool LegacyCompletions = false, int ModelPrefix = 0);
