namespace Lava.Metering.Scanning;

/// <summary>The fields of a request that are read.</summary>
public enum RequestField : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>model</summary>
    Model,

    /// <summary>stream</summary>
    Stream,

    /// <summary>stream_options</summary>
    StreamOptions,

    /// <summary>stream_options.include_usage</summary>
    IncludeUsage,

    /// <summary>max_tokens</summary>
    MaxTokens,

    /// <summary>max_completion_tokens</summary>
    MaxCompletionTokens,

    /// <summary>max_output_tokens</summary>
    MaxOutputTokens,

    /// <summary>generationConfig</summary>
    GenerationConfig,

    /// <summary>generationConfig.maxOutputTokens</summary>
    GenerationMaxOutputTokens,

    /// <summary>generationConfig.candidateCount</summary>
    CandidateCount,

    /// <summary>n</summary>
    N,

    /// <summary>best_of</summary>
    BestOf,

    /// <summary>metadata</summary>
    Metadata,

    /// <summary>background</summary>
    Background,

    /// <summary>inferenceConfig (Bedrock converse; Nova's own requests)</summary>
    InferenceConfig,

    /// <summary>inferenceConfig.maxTokens, inferenceConfig.max_new_tokens</summary>
    InferenceMaxTokens,

    /// <summary>additionalModelRequestFields: what converse hands to the model as it is</summary>
    ModelFields,

    /// <summary>additionalModelRequestFields.max_tokens</summary>
    ModelMaxTokens,

    /// <summary>textGenerationConfig (Titan)</summary>
    TextConfig,

    /// <summary>textGenerationConfig.maxTokenCount</summary>
    TextMaxTokens,

    /// <summary>max_gen_len (Llama)</summary>
    MaxGenerationLength,

    /// <summary>maxTokens (AI21's older models)</summary>
    MaxTokensCamel,

    /// <summary>service_tier</summary>
    ServiceTier,

    /// <summary>speed</summary>
    Speed,

    /// <summary>prompt</summary>
    Prompt,

    /// <summary>tools</summary>
    Tools,

    /// <summary>max_tool_calls</summary>
    MaxToolCalls,
}
