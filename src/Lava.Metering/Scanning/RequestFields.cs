namespace Lava.Metering.Scanning;

/// <summary>The spelling of the fields that are read, for each format.</summary>
public static class RequestFields
{
    /// <summary>The field's path, as an error message shows it.</summary>
    public static string Name(RequestField field) => field switch
    {
        RequestField.Model => "model",
        RequestField.Stream => "stream",
        RequestField.StreamOptions => "stream_options",
        RequestField.IncludeUsage => "stream_options.include_usage",
        RequestField.MaxTokens => "max_tokens",
        RequestField.MaxCompletionTokens => "max_completion_tokens",
        RequestField.MaxOutputTokens => "max_output_tokens",
        RequestField.GenerationConfig => "generationConfig",
        RequestField.GenerationMaxOutputTokens => "generationConfig.maxOutputTokens",
        RequestField.CandidateCount => "generationConfig.candidateCount",
        RequestField.N => "n",
        RequestField.BestOf => "best_of",
        RequestField.Metadata => "metadata",
        RequestField.Background => "background",
        RequestField.InferenceConfig => "inferenceConfig",
        RequestField.InferenceMaxTokens => "inferenceConfig.maxTokens",
        RequestField.ModelFields => "additionalModelRequestFields",
        RequestField.ModelMaxTokens => "additionalModelRequestFields.max_tokens",
        RequestField.TextConfig => "textGenerationConfig",
        RequestField.TextMaxTokens => "textGenerationConfig.maxTokenCount",
        RequestField.MaxGenerationLength => "max_gen_len",
        RequestField.MaxTokensCamel => "maxTokens",
        RequestField.ServiceTier => "service_tier",
        RequestField.Speed => "speed",
        RequestField.Prompt => "prompt",
        RequestField.Tools => "tools",
        RequestField.MaxToolCalls => "max_tool_calls",
        _ => "",
    };

    /// <summary>The field that a member of <paramref name="parent"/> (none: of the body) is.</summary>
    internal static RequestField Find(ApiFormat format, RequestField parent, ReadOnlySpan<byte> key) => parent switch
    {
        RequestField.None => FindAtTop(format, key),
        RequestField.StreamOptions => key.SequenceEqual("include_usage"u8) ? RequestField.IncludeUsage : RequestField.None,
        RequestField.GenerationConfig => FindInGenerationConfig(key),
        RequestField.InferenceConfig or RequestField.ModelFields or RequestField.TextConfig => BedrockRequestFields.Find(parent, key),
        _ => RequestField.None,
    };

    private static RequestField FindAtTop(ApiFormat format, ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("model"u8) => RequestField.Model,
        5 when key.SequenceEqual("tools"u8) => RequestField.Tools,
        6 when key.SequenceEqual("stream"u8) => RequestField.Stream,
        8 when key.SequenceEqual("metadata"u8) => RequestField.Metadata,
        12 when key.SequenceEqual("service_tier"u8) => RequestField.ServiceTier,
        _ => format switch
        {
            ApiFormat.OpenAiChat => FindInChat(key),
            ApiFormat.OpenAiResponses => FindInResponses(key),
            ApiFormat.BedrockConverse => BedrockRequestFields.FindInConverse(key),
            ApiFormat.BedrockInvoke => BedrockRequestFields.FindInInvoke(key),
            ApiFormat.AnthropicMessages => FindInMessages(key),
            ApiFormat.Gemini => FindInGemini(key),
            _ => RequestField.None,
        },
    };

    private static RequestField FindInMessages(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("speed"u8) => RequestField.Speed,
        10 when key.SequenceEqual("max_tokens"u8) => RequestField.MaxTokens,
        _ => RequestField.None,
    };

    private static RequestField FindInGemini(ReadOnlySpan<byte> key) => key.Length switch
    {
        11 when key.SequenceEqual("serviceTier"u8) => RequestField.ServiceTier,
        16 when key.SequenceEqual("generationConfig"u8) => RequestField.GenerationConfig,
        17 when key.SequenceEqual("generation_config"u8) => RequestField.GenerationConfig,
        _ => RequestField.None,
    };

    private static RequestField FindInResponses(ReadOnlySpan<byte> key) => key.Length switch
    {
        10 when key.SequenceEqual("background"u8) => RequestField.Background,
        14 when key.SequenceEqual("max_tool_calls"u8) => RequestField.MaxToolCalls,
        17 when key.SequenceEqual("max_output_tokens"u8) => RequestField.MaxOutputTokens,
        _ => RequestField.None,
    };

    private static RequestField FindInChat(ReadOnlySpan<byte> key) => key.Length switch
    {
        1 when key[0] == 'n' => RequestField.N,
        6 when key.SequenceEqual("prompt"u8) => RequestField.Prompt,
        7 when key.SequenceEqual("best_of"u8) => RequestField.BestOf,
        10 when key.SequenceEqual("max_tokens"u8) => RequestField.MaxTokens,
        14 when key.SequenceEqual("stream_options"u8) => RequestField.StreamOptions,
        21 when key.SequenceEqual("max_completion_tokens"u8) => RequestField.MaxCompletionTokens,
        _ => RequestField.None,
    };

    // Google's JSON mapping takes both spellings: https://protobuf.dev/programming-guides/json/
    private static RequestField FindInGenerationConfig(ReadOnlySpan<byte> key) => key.Length switch
    {
        14 when key.SequenceEqual("candidateCount"u8) => RequestField.CandidateCount,
        15 when key.SequenceEqual("candidate_count"u8) => RequestField.CandidateCount,
        15 when key.SequenceEqual("maxOutputTokens"u8) => RequestField.GenerationMaxOutputTokens,
        17 when key.SequenceEqual("max_output_tokens"u8) => RequestField.GenerationMaxOutputTokens,
        _ => RequestField.None,
    };
}
